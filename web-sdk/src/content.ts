/** What a page hands over to be read, and where it wants written to. */

/** Content of any size. */
export type Content = Blob | ReadableStream<Uint8Array> | Uint8Array | ArrayBuffer;

/** @internal Pieces of content, one after another. */
export interface Reading {
  /** Of all of it, where that is known. */
  readonly size: number | undefined;
  /** The next octets; nothing at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Nothing more is wanted. */
  cancel(reason: unknown): void;
}

/** Of a Blob, which is read as needed and never as a whole. */
const slice = 256 * 1024;

/** @internal */
export function readingOf(content: Content): Reading {
  if (content instanceof ReadableStream) return readingOfStream(content);
  const blob = content instanceof Blob ? content : undefined;
  const bytes = blob ? undefined : content instanceof Uint8Array ? content : new Uint8Array(content as ArrayBuffer);
  const size = blob?.size ?? bytes?.length ?? 0;
  let at = 0;
  return {
    size,
    async next() {
      if (at >= size) return undefined;
      const [from, to] = [at, Math.min(at + slice, size)];
      at = to;
      return blob ? new Uint8Array(await blob.slice(from, to).arrayBuffer()) : bytes?.subarray(from, to);
    },
    cancel: () => (at = size),
  };
}

function readingOfStream(stream: ReadableStream<Uint8Array>): Reading {
  const reader = stream.getReader();
  return {
    size: undefined,
    async next() {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        if (value.length > 0) return value;
      }
    },
    cancel: (reason) => void reader.cancel(reason).catch(() => undefined),
  };
}

/** @internal As much of a name as the bridge's dialogs take. */
export function shownName(name: string): string {
  return name.slice(0, 256);
}

/** @internal A file's name, as dialogs take it. */
export function nameOf(content: Content): string | undefined {
  return content instanceof Blob && "name" in content ? shownName(String(content.name)) : undefined;
}

/** @internal All of it; nothing when there is more than `most`. */
export async function wholeOf(content: Content, most: number): Promise<Uint8Array | undefined> {
  const whole = await beginningOf(content, most + 1);
  return whole.length > most ? undefined : whole;
}

/** @internal The first octets of content, and no more of it. */
export async function beginningOf(content: Content, most: number): Promise<Uint8Array> {
  const reading = readingOf(content);
  const out = new Uint8Array(Math.min(most, reading.size ?? most));
  let length = 0;
  while (length < out.length) {
    const piece = await reading.next();
    if (!piece) break;
    const taken = piece.subarray(0, out.length - length);
    out.set(taken, length);
    length += taken.length;
  }
  reading.cancel(undefined);
  return out.subarray(0, length);
}

/** @internal Where octets go; nobody takes for whole what was not closed. */
export interface Writing {
  write(octets: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(reason: unknown): void;
}

/** @internal */
export function writingInto(stream: WritableStream<Uint8Array>): Writing {
  const writer = stream.getWriter();
  return {
    write: (octets) => writer.write(octets),
    close: () => writer.close(),
    abort: (reason) => void writer.abort(reason).catch(() => undefined),
  };
}

/** @internal Collects a Blob, of pieces that the browser can put away. */
export class BlobWriting implements Writing {
  private readonly whole: Blob[] = [];
  private pieces: Uint8Array<ArrayBuffer>[] = [];
  private waiting = 0;
  private closed = false;

  async write(octets: Uint8Array): Promise<void> {
    this.pieces.push(octets as Uint8Array<ArrayBuffer>);
    this.waiting += octets.length;
    if (this.waiting >= 4 * 1024 * 1024) this.putAway();
  }
  async close(): Promise<void> {
    this.putAway();
    this.closed = true;
  }
  abort(): void {
    this.pieces = [];
    this.whole.length = 0;
  }
  /** Only after `close`. */
  get blob(): Blob {
    if (!this.closed) throw new Error("not whole");
    return new Blob(this.whole);
  }

  private putAway(): void {
    this.whole.push(new Blob(this.pieces));
    this.pieces = [];
    this.waiting = 0;
  }
}
