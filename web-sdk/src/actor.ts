import type { Token, VerifyPinOptions } from "./api.js";
import type { CallOptions, MethodName } from "./connection.js";
import { UkeyError } from "./errors.js";
import type { Methods, Progress, Token as TokenData, TokenId } from "./generated/protocol.js";

/**
 * What the objects that a bridge hands out need of it.
 *
 * @internal
 */
export interface Actor {
  call<M extends MethodName>(method: M, params: Methods[M]["params"], options?: CallOptions): Promise<Methods[M]["result"]>;
  on(event: "progress", listener: (step: Progress) => void): () => void;
  /** Waits until a lost connection is back, however many attempts that takes. */
  whenConnected(signal: AbortSignal): Promise<void>;
  tokenFrom(data: TokenData): Token;
  readonly random: () => number;
}

/** @internal The user enters the PIN in a window outside the browser; the login belongs to this page. */
export async function verifyPin(actor: Actor, token: TokenId, options: VerifyPinOptions = {}): Promise<void> {
  const { changeInitial, ...rest } = options;
  await actor.call("pin.verify", { token, ...(changeInitial && { changeInitial }) }, rest);
}

/**
 * Makes a call that needs a login. When there is none, or none any more, the user enters the PIN and it is made once more.
 *
 * @internal
 */
export async function withLogin<T>(
  actor: Actor,
  token: () => Promise<TokenId | undefined>,
  work: () => Promise<T>,
  options: CallOptions,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const id = UkeyError.is(error, "pin-required") ? await token() : undefined;
    if (id === undefined) throw error;
    await verifyPin(actor, id, options);
    return work();
  }
}

/** @internal */
export function idOf(named: { id: string } | string): string {
  return typeof named === "string" ? named : named.id;
}

/** @internal */
export function pemOf(certificate: { pem: string } | string): string {
  return typeof certificate === "string" ? certificate : certificate.pem;
}

/**
 * Keeps `actor` on the object where neither JSON, a clone nor the reactive proxies of a framework come upon it.
 *
 * @internal
 */
export function hideActor(object: object, actor: Actor): void {
  Object.defineProperty(object, "actor", { value: () => actor, enumerable: false, configurable: true, writable: true });
}
