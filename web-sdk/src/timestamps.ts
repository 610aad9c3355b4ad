/** Time stamps of an authority on signatures (RFC 3161), which the page carries there and back. */
import type { Actor } from "./actor.js";
import { fromBase64Url } from "./base64.js";
import type { CallOptions } from "./connection.js";
import { sdkError } from "./errors.js";
import type { Pem } from "./generated/protocol.js";
import { blobOf, textOf } from "./signatures.js";

export interface TimestampOptions extends CallOptions {
  /** Where the authority's chain has to end. Without it, anybody's stamp is taken. */
  trusted?: readonly Pem[];
}

/**
 * Carries a question to the authority (`Content-Type: application/timestamp-query`) and its answer back, as they are. Authorities
 * do not answer pages of other sites, so it goes by the page's own server.
 */
export type AskAuthority = (request: Blob) => Promise<Blob | Uint8Array | ArrayBuffer>;

/** @internal */
export async function timestamp(
  actor: Actor,
  signature: Blob | Uint8Array | ArrayBuffer | string,
  ask: AskAuthority,
  { trusted, ...options }: TimestampOptions,
  locale: string,
): Promise<Blob> {
  const message = await textOf(signature, locale);
  const { request } = await actor.call("sign.timestamp", { signature: message }, options);
  if (request === undefined) throw sdkError("outdated", locale);
  const question = new Blob([fromBase64Url(request) as Uint8Array<ArrayBuffer>], { type: "application/timestamp-query" });
  const response = await textOf(await ask(question), locale);
  const params = { signature: message, response, ...(trusted && { trusted: [...trusted] }) };
  const stamped = await actor.call("sign.timestamp", params, options);
  if (stamped.signature === undefined) throw sdkError("outdated", locale);
  return blobOf(stamped.signature);
}
