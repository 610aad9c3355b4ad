/** What the SDK hands to a page: tokens, and enrolments on them. Types alone; who makes them is in token.ts and enrolment.ts. */
import type { CallOptions } from "./connection.js";
import type {
  Certificate,
  CertificateId,
  DnAttribute,
  EnrolmentAlgorithm,
  EnrolmentCompleteParams,
  EnrolmentKind,
  EnrolmentState,
  Progress,
  Token as TokenData,
} from "./generated/protocol.js";

export interface VerifyPinOptions extends CallOptions {
  /** A PIN that the token's maker set is changed first. */
  changeInitial?: boolean | undefined;
}

/**
 * A plugged-in token, as it was when it was handed out: `tokenUpdated` brings the next state of it. Its data are plain
 * members, so it can be shown, stored and sent; what can be done with it are methods.
 */
export interface Token extends Readonly<TokenData> {
  /**
   * Lets the user enter the PIN in a window outside the browser; the login belongs to this page (and its reload).
   *
   * @param options `changeInitial`: where the token still has its maker's PIN, the window asks for a new one, and for no
   * PIN again afterwards. What fails after the change has the `reason` `pin-changed`.
   */
  verifyPin(options?: VerifyPinOptions): Promise<void>;

  /** Ends this page's login on the token. */
  logout(options?: CallOptions): Promise<void>;

  /** Lets the user change the PIN in a window outside the browser. */
  changePin(options?: CallOptions): Promise<void>;

  /** Unlocks the PIN: a window outside the browser asks for the administrator PIN and the new PIN. */
  unlock(options?: CallOptions): Promise<void>;

  /**
   * First half of an unlock by the RA.
   * @returns what goes to the RA as it is. Its answer is for `finishUnlock`, once, on this token.
   */
  requestUnlock(options?: CallOptions): Promise<string>;

  /**
   * Second half: the user chooses the new PIN in a window outside the browser.
   *
   * Rejects with `unlock-mismatch` (made for another token: plug that one in), with `unlock-expired`, `unlock-not-found`
   * (used already, or nobody asked) and `unlock-invalid`, after which a new request is needed, and with `user-cancelled`
   * and others.
   *
   * @returns `temporaryPin`: the token has a PIN that the RA set and the user did not change yet, because that window was
   * closed; call `changePin`, or let the next `verifyPin` begin with it.
   */
  finishUnlock(response: string, options?: CallOptions): Promise<{ temporaryPin: boolean }>;

  /**
   * Begins to issue, renew, change or reissue a certificate on this token: makes the key and the request for the RA.
   * Where this page is not logged in on the token, the user enters the PIN first; and is asked to agree.
   *
   * A page that was reloaded calls it again: an enrolment of the same kind, algorithm and `reference` that is pending
   * on this token is picked up where it was, without a question (`resumed`); while the bridge still makes its key, that is
   * waited for.
   *
   * Rejects with `enrolment-conflict` (another one is pending on the token: see `UkeyBridge.enrolments`), `token-full`,
   * `token-blank`, `certificate-not-found`, `unsupported`, `busy`, `user-cancelled` and others.
   */
  enrol(request: EnrolRequest, options?: CallOptions): Promise<Enrolment>;
}

/** A driver of the bridge, and whether tokens can be reached through it. */
export interface Driver {
  /** As in the bridge's configuration, and in `Token.driver`. */
  name: string;
  /** `missing`: its library is not there. `failed`: it does not start. `hung`: it does not answer. */
  state: "ready" | "starting" | "missing" | "failed" | "hung";
  /** Code of the error behind it, e.g. `driver-missing`. */
  code?: string;
  /** What the user can do, in the page's language. */
  hint?: string;
}

/** What `Token.enrol` begins. */
export interface EnrolRequest {
  /** 新领制证, 延期, 变更, 补办. */
  kind: EnrolmentKind;
  algorithm: EnrolmentAlgorithm;
  /** `keep`: new certificates for the keys that are there, in a renewal or a change. */
  keys: "new" | "keep";
  /** The certificate that is renewed or changed; may be left out where the token has just one. */
  replaces?: Certificate | CertificateId | undefined;
  /** The page's own, e.g. the order's number; the user sees it, and a reloaded page finds the enrolment again by it. */
  reference?: string | undefined;
  /** Name for the request; the RA decides what it takes of it. */
  subject?: DnAttribute[] | undefined;
}

/** What the RA sent, for `Enrolment.complete`. */
export type EnrolmentAnswer = Omit<EnrolmentCompleteParams, "enrolment">;

/** A certificate on its way to a token: what goes to the RA, and what is done with its answer. */
export interface Enrolment {
  readonly id: string;
  readonly kind: EnrolmentKind;
  readonly algorithm: EnrolmentAlgorithm;
  /** How far it was when it was handed out. */
  readonly state: EnrolmentState;
  /** The request for the RA, PEM; empty as long as `state` is `prepared`. */
  readonly csr: string;
  /** Signature over the request's DER by the key that is replaced, base64url; absent where nothing is. */
  readonly proof: string | undefined;
  /** The token; undefined when it was not plugged in. */
  readonly token: Token | undefined;
  readonly tokenSerial: string;
  readonly reference: string | undefined;
  /** When it was begun, RFC 3339. */
  readonly started: string;
  /** Whether it was pending already, begun by a page before this one. */
  readonly resumed: boolean;

  /**
   * The steps of `complete`, for the page to show: ends when `complete` settles. It may be called before or during it, and
   * more than once; each time all steps come, from the first. After a `complete` that failed it tells those of the next.
   */
  steps(): AsyncIterableIterator<Progress>;

  /**
   * Hands the RA's answer to the bridge, which checks it, writes it to the token, reads it back, proves it by a signature
   * and a decryption, and only then retires the old certificate.
   *
   * It may be called again with the same answer after whatever interruption. When the connection is lost meanwhile, that
   * is done here, once. Where this page is not logged in on the token any more, the user enters the PIN.
   *
   * Rejects with `certificate-mismatch` or `bad-request` (nothing was written: ask the RA for another answer),
   * `token-not-found`, `token-removed` (plug it in and call again), `connection-lost` (call again), `busy`,
   * `enrolment-not-found`, `enrolment-conflict` (another answer is half written already) and others.
   *
   * @returns the new certificates.
   */
  complete(answer: EnrolmentAnswer, options?: CallOptions): Promise<{ certificates: Certificate[] }>;

  /**
   * Gives it up; the token is as it was before. Rejects with `enrolment-conflict` when the new certificate counts
   * already, and `token-not-found` while the token is not plugged in.
   */
  abort(options?: CallOptions): Promise<void>;
}
