/** Sealing, looking and opening, over content of any size. */
import { pemOf } from "./actor.js";
import { toBase64Url } from "./base64.js";
import type { CallOptions } from "./connection.js";
import { beginningOf, type Content, nameOf, readingOf } from "./content.js";
import type {
  Certificate,
  CertificateId,
  EnvelopeCipher,
  EnvelopeFamily,
  EnvelopeInspectResult,
  EnvelopeOpenResult,
  Pem,
  SignatureVerifyResult,
  TokenId,
} from "./generated/protocol.js";
import { type Connect, transfer, type TransferOptions } from "./transfer.js";

export interface SealOptions extends TransferOptions {
  family?: EnvelopeFamily;
  cipher?: EnvelopeCipher;
  /** RSA recipients by RSAES-OAEP, which tokens behind PKCS#11 open, and those behind SKF do not. */
  oaep?: boolean;
  /** Name recipients by their certificates' subject key identifiers, where they have one, instead of issuer and serial number. */
  keyIdentifiers?: boolean;
}

export interface OpenOptions extends TransferOptions {
  /** The only token to look at. */
  token?: TokenId;
  /** What is opened, for the dialog of the bridge; a file's name where it is left out. */
  description?: string;
  /** The certificate of who signed a message that is signed and sealed in one, where it is not inside. */
  signer?: Pem | Pick<Certificate, "pem">;
  /** Where the chains of its signers have to end. Without it, who signed is not judged, only that somebody did. */
  trusted?: readonly Pem[];
}

/** What was opened. */
export interface Opened {
  /** Which certificate's key opened it. */
  certificate: CertificateId;
  /** The content, unless it went `into` a stream. */
  content?: Blob;
  /**
   * Of a message that is signed and sealed in one: what its signatures are worth. The content is there also where `valid` is
   * false; where this is missing, nobody signed it.
   */
  signature?: SignatureVerifyResult;
}

/** Whom to seal to: a certificate as the bridge lists it, or as PEM. */
export type Recipient = Pem | Pick<Certificate, "pem">;

/** What suffices of a message to look at it. */
const beginning = 64 * 1024;

/** @internal */
export async function seal(connect: Connect, content: Content, layers: readonly (readonly Recipient[])[], options: SealOptions) {
  const { family, cipher, oaep, keyIdentifiers } = options;
  const params = {
    layers: layers.map((layer) => layer.map(pemOf)),
    ...(family && { family }),
    ...(cipher && { cipher }),
    ...(oaep !== undefined && { oaep }),
    ...(keyIdentifiers !== undefined && { keyIdentifiers }),
  };
  return (await transfer(connect, "envelope.seal", params, readingOf(content), options)).content;
}

/** @internal */
export async function open(connect: Connect, content: Content, options: OpenOptions): Promise<Opened> {
  const source = readingOf(content);
  const { token, description = nameOf(content), signer, trusted } = options;
  const params = {
    ...(token !== undefined && { token }),
    ...(description && { description }),
    ...(source.size !== undefined && { size: source.size }),
    ...(signer && { signer: pemOf(signer) }),
    ...(trusted && { trusted: [...trusted] }),
  };
  const { result, content: opened } = await transfer(connect, "envelope.open", params, source, options);
  const { certificate, signature } = result as EnvelopeOpenResult & { certificate: CertificateId };
  return { certificate, ...(opened && { content: opened }), ...(signature && { signature }) };
}

/** @internal */
export async function inspect(connect: Connect, content: Content, options: CallOptions): Promise<EnvelopeInspectResult> {
  const envelope = toBase64Url(await beginningOf(content, beginning));
  return (await connect(options.signal)).call("envelope.inspect", { envelope }, options);
}
