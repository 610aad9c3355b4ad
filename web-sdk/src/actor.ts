import type { CallOptions, MethodName } from "./connection.js";
import { UkeyError } from "./errors.js";
import type { Methods, Progress, Token as TokenData, TokenId } from "./generated/protocol.js";
import type { Token } from "./token.js";

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
    await actor.call("pin.verify", { token: id }, options);
    return work();
  }
}

/** @internal */
export function idOf(named: { id: string } | string): string {
  return typeof named === "string" ? named : named.id;
}

/**
 * Keeps `actor` on the object where neither JSON, a clone nor the reactive proxies of a framework come upon it.
 *
 * @internal
 */
export function hideActor(object: object, actor: Actor): void {
  Object.defineProperty(object, "actor", { value: () => actor, enumerable: false, configurable: true, writable: true });
}
