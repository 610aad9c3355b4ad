import { type Actor, hideActor } from "./actor.js";
import type { CallOptions } from "./connection.js";
import { beginEnrolment, type Enrolment, type EnrolRequest } from "./enrolment.js";
import { errorFromAnswer } from "./errors.js";
import type { KeyAlgorithm, PinState, PinUnlockResult, Token as TokenData } from "./generated/protocol.js";

/**
 * A plugged-in token, as it was when it was handed out: `tokenUpdated` brings the next state of it. Its data are plain
 * members, so it can be shown, stored and sent; what can be done with it are methods.
 */
export class Token implements TokenData {
  declare readonly id: TokenData["id"];
  /** Name of the driver in the bridge's configuration. */
  declare readonly driver: string;
  /** Model, for people. */
  declare readonly model: string;
  /** Label on the token. */
  declare readonly label: string;
  declare readonly serial: string;
  declare readonly manufacturer: string;
  /** `blank`: nothing on it yet. `locked`: the PIN is locked. `unusable`: the driver cannot work with it. */
  declare readonly state: TokenData["state"];
  declare readonly pin: PinState;
  /** Key algorithms for which the token can make a key pair. */
  declare readonly algorithms: KeyAlgorithm[];
  /** How many more key containers fit; absent where the driver does not tell. */
  declare readonly room?: number;
  private declare readonly actor: () => Actor;

  private constructor(actor: Actor, data: TokenData) {
    Object.assign(this, data);
    hideActor(this, actor);
  }

  /** @internal */
  static from(actor: Actor, data: TokenData): Token {
    return new Token(actor, data);
  }

  /** Lets the user enter the PIN in a window outside the browser; the login belongs to this page (and its reload). */
  async verifyPin(options?: CallOptions): Promise<void> {
    await this.actor().call("pin.verify", { token: this.id }, options);
  }

  /** Ends this page's login on the token. */
  async logout(options?: CallOptions): Promise<void> {
    await this.actor().call("pin.logout", { token: this.id }, options);
  }

  /** Lets the user change the PIN in a window outside the browser. */
  async changePin(options?: CallOptions): Promise<void> {
    await this.actor().call("pin.change", { token: this.id }, options);
  }

  /** Unlocks the PIN: a window outside the browser asks for the administrator PIN and the new PIN. */
  async unlock(options?: CallOptions): Promise<void> {
    await this.actor().call("pin.unlock", { token: this.id, method: "local" }, options);
  }

  /**
   * First half of an unlock by the RA.
   * @returns what goes to the RA as it is. Its answer is for `finishUnlock`, once, on this token.
   */
  async requestUnlock(options?: CallOptions): Promise<string> {
    const params = { token: this.id, method: "remote" } as const;
    const { request }: PinUnlockResult = await this.actor().call("pin.unlock", params, options);
    if (request === undefined) throw errorFromAnswer({});
    return request;
  }

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
  async finishUnlock(response: string, options?: CallOptions): Promise<{ temporaryPin: boolean }> {
    const params = { token: this.id, method: "remote", response } as const;
    const { temporaryPin }: PinUnlockResult = await this.actor().call("pin.unlock", params, options);
    return { temporaryPin: temporaryPin === true };
  }

  /**
   * Begins to issue, renew, change or reissue a certificate on this token: makes the key and the request for the RA.
   * Where this page is not logged in on the token, the user enters the PIN first; and is asked to agree.
   *
   * A page that was reloaded calls it again: an enrolment of the same kind, algorithm and `reference` that is pending
   * on this token is picked up where it was, without a question (`resumed`).
   *
   * Rejects with `enrolment-conflict` (another one is pending on the token: see `UkeyBridge.enrolments`), `token-full`,
   * `token-blank`, `certificate-not-found`, `unsupported`, `busy`, `user-cancelled` and others.
   */
  enrol(request: EnrolRequest, options: CallOptions = {}): Promise<Enrolment> {
    return beginEnrolment(this.actor(), this, request, options);
  }
}
