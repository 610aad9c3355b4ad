// Octets to and from the server, piece by piece, so that a file is never in memory as a whole; and their digest on the way.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ApiError } from "../../shared/http";
import { type Layer, tenderApi } from "./api";

/** SHA-256 of what passes. */
export class PassingDigest {
  private readonly hash = sha256.create();
  size = 0;

  update(octets: Uint8Array): void {
    this.hash.update(octets);
    this.size += octets.length;
  }
  /** Once, at the end. */
  hex(): string {
    return bytesToHex(this.hash.digest());
  }
}

const piece = 1024 * 1024;
/** The server takes octets that it has already for such, so a lost answer may be asked for again. */
const tries = 3;

/** A stream into an upload. The server counts nothing before the upload is handed in as a whole. */
export function uploadInto(upload: string, digest: PassingDigest, signal: AbortSignal): WritableStream<Uint8Array> {
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  let sent = 0;
  const send = async (octets: Blob) => {
    for (let left = tries; ; left--) {
      try {
        await tenderApi.append(upload, sent, octets, signal);
        break;
      } catch (error) {
        if (left === 1 || !(error instanceof ApiError) || error.code !== "network") throw error;
      }
    }
    sent += octets.size;
  };
  const flush = async (most: number) => {
    const all = new Blob(waiting);
    waiting = [];
    length = 0;
    for (let at = 0; at < all.size; at += most) await send(all.slice(at, at + most));
  };
  return new WritableStream<Uint8Array>({
    async write(octets) {
      digest.update(octets);
      waiting.push(octets as Uint8Array<ArrayBuffer>);
      length += octets.length;
      if (length >= piece) await flush(piece);
    },
    close: () => flush(piece),
  });
}

/** A layer of a file, as fast as it is read. */
export function layerOf(file: number, layer: Layer, signal: AbortSignal): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const octets = await tenderApi.read(file, layer, at, signal);
        at += octets.length;
        if (octets.length === 0) controller.close();
        else controller.enqueue(octets);
      },
    },
    { highWaterMark: 1 },
  );
}

/** Lets octets through and shows them to `see`, which may take its time. */
export function passing(see: (octets: Uint8Array) => Promise<void> | void, end?: () => Promise<void>): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream<Uint8Array, Uint8Array>({
    async transform(octets, controller) {
      await see(octets);
      controller.enqueue(octets);
    },
    async flush() {
      await end?.();
    },
  });
}
