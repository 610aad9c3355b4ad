/** Sealing, looking and opening, over content of any size. */
import { toBase64Url } from "./base64.js";
import type { CallOptions, Connection } from "./connection.js";
import { beginningOf, BlobWriting, type Content, type Reading, readingOf, writingInto } from "./content.js";
import type {
  Certificate,
  CertificateId,
  EnvelopeCipher,
  EnvelopeFamily,
  EnvelopeInspectResult,
  Pem,
  TokenId,
} from "./generated/protocol.js";

/** Options of calls that carry content. */
export interface TransferOptions extends CallOptions {
  /**
   * Where the outcome goes, piece by piece, as fast as it takes them. Only when it is closed, and the promise resolves, is
   * it whole; else it is aborted, and what came before is worth nothing.
   */
  into?: WritableStream<Uint8Array>;
  /** How many octets of the content were taken, and of how many where that is known. */
  onProgress?: (octets: number, total: number | undefined) => void;
}

export interface SealOptions extends TransferOptions {
  family?: EnvelopeFamily;
  cipher?: EnvelopeCipher;
  /** RSA recipients that are no tokens: RSAES-OAEP. */
  oaep?: boolean;
}

export interface OpenOptions extends TransferOptions {
  /** The only token to look at. */
  token?: TokenId;
  /** What is opened, for the dialog of the bridge; a file's name where it is left out. */
  description?: string;
}

/** What was opened. */
export interface Opened {
  /** Which certificate's key opened it. */
  certificate: CertificateId;
  /** The content, unless it went `into` a stream. */
  content?: Blob;
}

/** Whom to seal to: a certificate as the bridge lists it, or as PEM. */
export type Recipient = Pem | Pick<Certificate, "pem">;

/** What suffices of a message to look at it. */
const beginning = 64 * 1024;

/** @internal */
export type Connect = (signal: AbortSignal | undefined) => Promise<Connection>;

/** @internal */
export async function seal(connect: Connect, content: Content, layers: readonly (readonly Recipient[])[], options: SealOptions) {
  const { family, cipher, oaep } = options;
  const params = {
    layers: layers.map((layer) => layer.map((one) => (typeof one === "string" ? one : one.pem))),
    ...(family && { family }),
    ...(cipher && { cipher }),
    ...(oaep !== undefined && { oaep }),
  };
  return (await transfer(connect, "envelope.seal", params, readingOf(content), options)).content;
}

/** @internal */
export async function open(connect: Connect, content: Content, options: OpenOptions): Promise<Opened> {
  const source = readingOf(content);
  const { token, description = content instanceof Blob && "name" in content ? String(content.name).slice(0, 256) : undefined } = options;
  const params = {
    ...(token !== undefined && { token }),
    ...(description && { description }),
    ...(source.size !== undefined && { size: source.size }),
  };
  const { result, content: opened } = await transfer(connect, "envelope.open", params, source, options);
  return { certificate: (result as { certificate: CertificateId }).certificate, ...(opened && { content: opened }) };
}

/** @internal */
export async function inspect(connect: Connect, content: Content, options: CallOptions): Promise<EnvelopeInspectResult> {
  const envelope = toBase64Url(await beginningOf(content, beginning));
  return (await connect(options.signal)).call("envelope.inspect", { envelope }, options);
}

async function transfer(
  connect: Connect,
  method: "envelope.seal" | "envelope.open",
  params: object,
  source: Reading,
  options: TransferOptions,
): Promise<{ result: object; content?: Blob }> {
  const connection = await connect(options.signal);
  const blob = options.into ? undefined : new BlobWriting();
  const sink = options.into ? writingInto(options.into) : (blob as BlobWriting);
  const onProgress = options.onProgress && ((octets: number) => options.onProgress?.(octets, source.size));
  const result = await connection.transfer(method, { params, source, sink, signal: options.signal, onProgress });
  return { result, ...(blob && { content: blob.blob }) };
}
