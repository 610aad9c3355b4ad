import type { EnvelopeRecipient, ErrorCode, ErrorData, TokenId } from "./generated/protocol.js";
import { type SdkErrorCode, wordsFor } from "./messages.js";

/** Every code that a `UkeyError` can carry: those of the bridge, and those that the SDK finds by itself. */
export type UkeyErrorCode = ErrorCode | SdkErrorCode;

/** What a `UkeyError` is made of. */
export interface UkeyErrorInit {
  code: UkeyErrorCode;
  message: string;
  retryable: boolean;
  hint?: string | undefined;
  triesLeft?: number | undefined;
  pin?: "administrator" | undefined;
  reason?: string | undefined;
  token?: TokenId | undefined;
  recipients?: readonly EnvelopeRecipient[] | undefined;
}

/**
 * The one error that the SDK rejects with, except for an aborted call, which rejects with the `reason` of its
 * `AbortSignal` as `fetch` does.
 *
 * `message` and `hint` are for the user, in the language that was asked for; `code` is for programs and the hotline.
 */
export class UkeyError extends Error {
  /** Stable code, e.g. `pin-incorrect` or `not-running`. */
  readonly code: UkeyErrorCode;
  /** Whether the same call may succeed when it is made again, after the user did what `hint` says. */
  readonly retryable: boolean;
  /** What the user can do; may be empty. */
  readonly hint: string;
  /** Tries left on the PIN that the call used, where the token tells. */
  readonly triesLeft: number | undefined;
  /** Whose PIN `code` and `triesLeft` speak of; the user's where it is `undefined`. */
  readonly pin: "administrator" | undefined;
  /** What exactly is wrong, where `code` leaves it open, e.g. `expired`; `pin-changed`: the call had changed the PIN before it failed. */
  readonly reason: string | undefined;
  /** The token that the error is about. */
  readonly token: TokenId | undefined;
  /** Of `recipient-not-found`: whom the content is sealed to. */
  readonly recipients: readonly EnvelopeRecipient[] | undefined;

  constructor(init: UkeyErrorInit) {
    super(init.message);
    this.name = "UkeyError";
    this.code = init.code;
    this.retryable = init.retryable;
    this.hint = init.hint ?? "";
    this.triesLeft = init.triesLeft;
    this.pin = init.pin;
    this.reason = init.reason;
    this.token = init.token;
    this.recipients = init.recipients;
  }

  /** Whether `error` is a `UkeyError`, and of this code if one is given. */
  static is(error: unknown, code?: UkeyErrorCode): error is UkeyError {
    return error instanceof UkeyError && (code === undefined || error.code === code);
  }
}

const retryableHere: ReadonlySet<string> = new Set(["not-installed", "not-running", "permission-prompt", "identity-changed", "identity-unconfirmed", "connection-lost"]);

/** @internal An error that the SDK found by itself. */
export function sdkError(code: SdkErrorCode | "origin-denied" | "too-large", locale?: string): UkeyError {
  return new UkeyError({ code, retryable: retryableHere.has(code), ...wordsFor(code, locale) });
}

/**
 * A refusal by someone who has not proven yet to be the bridge: the words are ours, so that nobody else's reach the user.
 *
 * @internal
 */
export function unprovenRefusal(error: UkeyError, locale: string): UkeyError {
  if (error.code === "origin-denied") return sdkError("origin-denied", locale);
  const code = /^[a-z-]{1,40}$/.test(error.code) ? error.code : "internal";
  return new UkeyError({ code, retryable: error.retryable, ...wordsFor("refused", locale) });
}

/** @internal The error of a JSON-RPC answer; tolerates one whose `data` is not as described. */
export function errorFromAnswer(error: { message?: unknown; data?: unknown }): UkeyError {
  const data: Partial<ErrorData> = typeof error.data === "object" && error.data !== null ? error.data : {};
  return new UkeyError({
    code: typeof data.code === "string" ? data.code : "internal",
    message: typeof error.message === "string" ? error.message : "",
    retryable: data.retryable === true,
    hint: typeof data.hint === "string" ? data.hint : "",
    triesLeft: typeof data.triesLeft === "number" ? data.triesLeft : undefined,
    pin: data.pin === "administrator" ? data.pin : undefined,
    reason: typeof data.reason === "string" ? data.reason : undefined,
    token: typeof data.token === "string" ? data.token : undefined,
    recipients: Array.isArray(data.recipients) ? data.recipients : undefined,
  });
}
