import { errorFromAnswer, sdkError } from "./errors.js";
import type { Reading, Writing } from "./content.js";
import { abortReason } from "./race.js";

/** What streams need of their connection. */
interface Wire {
  notify(method: string, params: unknown): void;
  sendBinary(octets: Uint8Array): void;
  /** Makes the call; resolves with what its answer is. */
  call(params: object, signal: AbortSignal | undefined): Promise<unknown>;
}

/** @internal */
export interface Transfer {
  params: object;
  source: Reading;
  /** Where the outcome's octets go; absent where the answer has all of it. */
  sink?: Writing | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((octets: number) => void) | undefined;
}

const piece = 64 * 1024;
const window = 512 * 1024;

/** Octets to the bridge, as it allows. */
class Upload {
  private credit = 0;
  private more: () => void = () => undefined;
  private stopped = false;

  constructor(
    private readonly id: number,
    private readonly wire: Pick<Wire, "sendBinary">,
  ) {}

  allow(octets: number): void {
    this.credit += octets;
    this.more();
  }
  stop(): void {
    this.stopped = true;
    this.more();
  }

  async send(source: Reading, onProgress?: (octets: number) => void): Promise<void> {
    let sent = 0;
    while (!this.stopped) {
      // Not before it is wanted: what waits here would be memory of the page.
      await this.whenAllowed();
      if (this.stopped) return;
      let rest = await source.next();
      if (this.stopped) return;
      if (!rest) return this.wire.sendBinary(framed(this.id, new Uint8Array()));
      while (rest.length > 0) {
        await this.whenAllowed();
        if (this.stopped) return;
        const now = rest.subarray(0, Math.min(rest.length, this.credit, piece));
        this.credit -= now.length;
        this.wire.sendBinary(framed(this.id, now));
        rest = rest.subarray(now.length);
        onProgress?.((sent += now.length));
      }
    }
  }

  private async whenAllowed(): Promise<void> {
    while (this.credit === 0 && !this.stopped) await new Promise<void>((resolve) => (this.more = resolve));
  }
}

/** Octets from the bridge, as fast as they are taken. */
class Download {
  readonly whole: Promise<object>;
  private settle: { resolve(result: object): void; reject(error: unknown): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  private written: Promise<void> = Promise.resolve();
  private toAllow = 0;

  constructor(
    private readonly sink: Writing,
    private readonly allow: (octets: number) => void,
  ) {
    this.whole = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.whole.catch(() => undefined);
  }

  take(octets: Uint8Array): void {
    this.written = this.written.then(() => this.sink.write(octets)).then(() => this.taken(octets.length));
    this.written.catch((error: unknown) => this.settle.reject(error));
  }
  ended(result: object): void {
    this.written.then(
      () => this.settle.resolve(result),
      (error: unknown) => this.settle.reject(error),
    );
  }
  fail(error: unknown): void {
    this.settle.reject(error);
  }

  private taken(octets: number): void {
    this.toAllow += octets;
    if (this.toAllow < window / 4) return;
    this.allow(this.toAllow);
    this.toAllow = 0;
  }
}

/**
 * The streams of one connection.
 *
 * @internal
 */
export class Streams {
  private readonly uploads = new Map<number, Upload>();
  private readonly downloads = new Map<number, Download>();
  private lastId = -1;

  constructor(
    private readonly wire: Omit<Wire, "call">,
    private readonly locale: string,
  ) {}

  /** Runs a call whose octets come and go as streams. Rejects unless all of it is whole; only then is the sink closed. */
  async run(transfer: Transfer, call: Wire["call"]): Promise<object> {
    const id = (this.lastId += 2);
    const upload = new Upload(id, this.wire);
    this.uploads.set(id, upload);
    let output: number | undefined;
    const { params, source, sink, signal } = transfer;
    try {
      const sending = upload.send(source, transfer.onProgress);
      const failed = new Promise<never>((_, reject) => sending.catch(reject));
      const calling = call({ ...params, stream: id, ...(sink && { output: "stream" }) }, signal);
      const answer = (await Promise.race([calling, failed])) as { output?: number };
      if (!sink) return answer;
      if (typeof answer.output !== "number") throw errorFromAnswer({});
      output = answer.output;
      const result = await Promise.race([this.receive(output, sink, signal), failed]);
      await sink.close();
      return result;
    } catch (error) {
      this.wire.notify("stream.abort", { stream: output ?? id });
      throw error;
    } finally {
      upload.stop();
      this.uploads.delete(id);
      if (output !== undefined) this.downloads.delete(output);
    }
  }

  private receive(output: number, sink: Writing, signal: AbortSignal | undefined): Promise<object> {
    const download = new Download(sink, (bytes) => this.wire.notify("stream.credit", { stream: output, bytes }));
    this.downloads.set(output, download);
    this.wire.notify("stream.credit", { stream: output, bytes: window });
    const onAbort = () => download.fail(abortReason(signal));
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    return download.whole.finally(() => signal?.removeEventListener("abort", onAbort));
  }

  receivedBinary(message: ArrayBuffer): void {
    if (message.byteLength < 5) return; // An end; `stream.ended` or `stream.abort` says how.
    const id = new DataView(message).getUint32(0);
    this.downloads.get(id)?.take(new Uint8Array(message, 4));
  }

  /** Whether it is about a stream. */
  notified(method: string, params: unknown): boolean {
    if (!method.startsWith("stream.")) return false;
    const { stream, bytes, result, error } = (params ?? {}) as { stream?: number; bytes?: number; result?: object; error?: object };
    if (typeof stream !== "number") return true;
    if (method === "stream.credit" && typeof bytes === "number") this.uploads.get(stream)?.allow(bytes);
    if (method === "stream.ended") this.downloads.get(stream)?.ended(result ?? {});
    if (method === "stream.abort") {
      this.uploads.get(stream)?.stop();
      this.downloads.get(stream)?.fail(errorFromAnswer({ message: (error as { hint?: string } | undefined)?.hint, data: error }));
    }
    return true;
  }

  /** The connection is gone. */
  close(): void {
    for (const upload of this.uploads.values()) upload.stop();
    for (const download of this.downloads.values()) download.fail(sdkError("connection-lost", this.locale));
  }
}

function framed(id: number, octets: Uint8Array): Uint8Array {
  const message = new Uint8Array(4 + octets.length);
  new DataView(message.buffer).setUint32(0, id);
  message.set(octets, 4);
  return message;
}
