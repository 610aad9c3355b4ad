/** A call whose content comes as a stream, and whose outcome may go as one. */
import type { CallOptions, Connection, StreamMethod } from "./connection.js";
import { BlobWriting, type Reading, writingInto } from "./content.js";
import { UkeyError } from "./errors.js";

/** Options of calls that carry content. */
export interface ContentOptions extends CallOptions {
  /** How many octets of the content were taken, and of how many where that is known. */
  onProgress?: (octets: number, total: number | undefined) => void;
}

/** Options of calls that give content. */
export interface TransferOptions extends ContentOptions {
  /**
   * Where the outcome goes, piece by piece, as fast as it takes them. Only when it is closed, and the promise resolves, is
   * it whole; else it is aborted, and what came before is worth nothing.
   */
  into?: WritableStream<Uint8Array>;
}

/** @internal */
export type Connect = (signal: AbortSignal | undefined) => Promise<Connection>;

/** @internal Makes a call over `source`; `result` is what the method answers when it is done. */
export async function send(connect: Connect, method: StreamMethod, params: object, source: Reading, options: ContentOptions): Promise<object> {
  const { signal } = options;
  try {
    return await (await connect(signal)).transfer(method, { params, source, signal, onProgress: progressOf(source, options) });
  } catch (error) {
    source.cancel(error);
    throw error;
  }
}

/**
 * Makes a call over `source` whose outcome goes `into` a stream, or becomes a Blob. With `login` a call that lacks one is
 * made once more, as long as nothing of the content was taken.
 *
 * @internal
 */
export async function transfer(
  connect: Connect,
  method: StreamMethod,
  params: object,
  source: Reading,
  options: TransferOptions,
  login?: () => Promise<void>,
): Promise<{ result: object; content?: Blob }> {
  const { signal } = options;
  const blob = options.into ? undefined : new BlobWriting();
  const sink = options.into ? writingInto(options.into) : (blob as BlobWriting);
  let isTouched = false;
  const watched: Reading = {
    size: source.size,
    next() {
      isTouched = true;
      return source.next();
    },
    cancel: (reason) => source.cancel(reason),
  };
  const attempt = async () =>
    (await connect(signal)).transfer(method, { params, source: watched, sink, signal, onProgress: progressOf(source, options) });
  try {
    const result = await attempt().catch(async (error: unknown) => {
      if (!login || isTouched || !UkeyError.is(error, "pin-required")) throw error;
      await login();
      return attempt();
    });
    return { result, ...(blob && { content: blob.blob }) };
  } catch (error) {
    source.cancel(error);
    sink.abort(error);
    throw error;
  }
}

function progressOf({ size }: Reading, { onProgress }: ContentOptions) {
  return onProgress && ((octets: number) => onProgress(octets, size));
}
