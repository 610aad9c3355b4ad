/** Signatures over content of any size, and their check. */
import { type Actor, idOf, pemOf, verifyPin, withLogin } from "./actor.js";
import { fromBase64Url, toBase64Url } from "./base64.js";
import { type Content, nameOf, readingOf, shownName, wholeOf } from "./content.js";
import { sdkError } from "./errors.js";
import type {
  Certificate,
  CertificateId,
  Pem,
  SignatureAlgorithm,
  SignatureVerifyResult,
  SignBatchParams,
  SignDataParams,
  TokenId,
} from "./generated/protocol.js";
import { type Connect, type ContentOptions, send, transfer, type TransferOptions } from "./transfer.js";

/** How a signature is written. */
export interface SignatureForm {
  /**
   * `cms` (CAdES-B-B; where it is left out), `pkcs7` (GB/T 35275 for SM2 keys, PKCS#7 for others), or `raw`: the signature
   * alone, in DER or PKCS#1.
   */
  format?: SignDataParams["format"];
  /** Leave the content out of the signed message; true where it is left out. */
  detached?: boolean;
  /** Overrides whose identifiers are written: those of GB/T 35275 or those of CMS. */
  family?: "gm" | "cms";
  /** Signed attributes of `pkcs7`; `cms` always has them. */
  attributes?: boolean;
  /** Say among the signed attributes when it was signed; true where it is left out. */
  signingTime?: boolean;
  /** Put `issuers`, and what the token has of the same, into signed messages, beside the signer's own certificate; true where it is left out. */
  chain?: boolean;
  /** Certificates of the CAs above the signer's, for who does not have them. */
  issuers?: readonly Pem[];
}

export interface SignOptions extends TransferOptions, SignatureForm {
  /** What is signed, for the dialog of the bridge; a file's name where it is left out. */
  description?: string;
  /** A signed message of at most 4 MiB, to which this signature is added beside those that it has. */
  add?: Blob | Uint8Array | ArrayBuffer;
}

export interface SignAllOptions extends ContentOptions, SignatureForm {}

/** What was signed. */
export interface Signed {
  algorithm: SignatureAlgorithm;
  /** The signature or signed message, unless it went `into` a stream. */
  signature?: Blob;
}

/** One of a list: a file, or content with a name for the dialog. */
export type NamedContent = File | { name: string; content: Content };

export interface SignedItem {
  name: string;
  signature: Blob;
}

export interface VerifyOptions extends ContentOptions {
  /** As it was signed; `cms`, which is any signed message, where it is left out. */
  format?: SignDataParams["format"];
  /** The signer's; needed for `raw`, and for messages without certificates. */
  certificate?: Pem | Pick<Certificate, "pem">;
  /** Where the signers' chains have to end. Without it, who signed is not judged, only that somebody did. */
  trusted?: readonly Pem[];
}

/** Most that a message of the protocol holds of one datum. */
const mostOfOne = 4 * 1024 * 1024;
/** Most that a message holds of all items of a list, as they are written; the rest is for what stands around them. */
const mostOfList = 8 * 1024 * 1024 - 256 * 1024;

/** @internal */
export async function sign(
  connect: Connect,
  actor: Actor,
  content: Content,
  certificate: Certificate | CertificateId,
  options: SignOptions,
  locale: string,
): Promise<Signed> {
  const { description = nameOf(content), add } = options;
  const params = {
    certificate: idOf(certificate),
    ...formOf(options),
    ...(description && { description }),
    ...(add && { add: await textOf(add, locale) }),
  };
  const token = () => tokenOf(actor, certificate);
  const login = async () => {
    const id = await token();
    if (id !== undefined) await verifyPin(actor, id, options);
  };
  const { result, content: signature } = await transfer(connect, "sign.data", params, readingOf(content), options, login);
  return { algorithm: (result as { algorithm: SignatureAlgorithm }).algorithm, ...(signature && { signature }) };
}

/** @internal */
export async function signAll(
  actor: Actor,
  items: readonly NamedContent[],
  certificate: Certificate | CertificateId,
  options: SignAllOptions,
  locale: string,
): Promise<SignedItem[]> {
  const named = items.map((item) => ("content" in item ? item : { name: item.name, content: item }));
  const total = totalOf(named);
  const read: SignBatchParams["items"] = [];
  let octets = 0;
  let written = 0;
  for (const { name, content } of named) {
    const data = await wholeOf(content, mostOfOne);
    const item = data && { name: shownName(name), data: toBase64Url(data) };
    // A message that is too long would end the connection.
    if (item) written += item.data.length + new TextEncoder().encode(JSON.stringify({ ...item, data: "" })).length + 1;
    if (!item || written > mostOfList) throw sdkError("too-large", locale);
    read.push(item);
    options.onProgress?.((octets += data.length), total);
  }
  const params = { certificate: idOf(certificate), ...formOf(options), items: read };
  const call = () => actor.call("sign.batch", params, options);
  const { signatures } = await withLogin(actor, () => tokenOf(actor, certificate), call, options);
  return named.map(({ name }, index) => ({ name, signature: blobOf(signatures[index] ?? "") }));
}

/** @internal */
export async function verify(
  connect: Connect,
  content: Content | undefined,
  signature: Blob | Uint8Array | ArrayBuffer | string,
  options: VerifyOptions,
  locale: string,
): Promise<SignatureVerifyResult> {
  const { format = "cms", certificate, trusted } = options;
  const params = {
    format,
    signature: await textOf(signature, locale),
    ...(certificate && { certificate: pemOf(certificate) }),
    ...(trusted && { trusted: [...trusted] }),
  };
  if (content === undefined) return (await connect(options.signal)).call("signature.verify", params, options);
  return (await send(connect, "signature.verify", params, readingOf(content), options)) as SignatureVerifyResult;
}

function formOf({ format = "cms", detached, family, attributes, signingTime, chain, issuers }: SignatureForm) {
  return {
    format,
    ...(detached !== undefined && { detached }),
    ...(family && { family }),
    ...(attributes !== undefined && { attributes }),
    ...(signingTime !== undefined && { signingTime }),
    ...(chain !== undefined && { chain }),
    ...(issuers && { issuers: [...issuers] }),
  };
}

async function tokenOf(actor: Actor, certificate: Certificate | CertificateId): Promise<TokenId | undefined> {
  if (typeof certificate !== "string") return certificate.token;
  const { certificates } = await actor.call("certificates.list", {});
  return certificates.find(({ id }) => id === certificate)?.token;
}

function totalOf(items: readonly { content: Content }[]): number | undefined {
  let total = 0;
  for (const { content } of items) {
    if (content instanceof ReadableStream) return undefined;
    total += content instanceof Blob ? content.size : content.byteLength;
  }
  return total;
}

/** @internal */
export async function textOf(signature: Blob | Uint8Array | ArrayBuffer | string, locale: string): Promise<string> {
  if (typeof signature === "string") return signature;
  const whole = await wholeOf(signature, mostOfOne);
  if (!whole) throw sdkError("too-large", locale);
  return toBase64Url(whole);
}

/** @internal */
export function blobOf(base64Url: string): Blob {
  return new Blob([fromBase64Url(base64Url) as Uint8Array<ArrayBuffer>]);
}
