import type { Connection, MethodName } from "./connection.js";
import type { Environment } from "./environment.js";
import { sdkError, UkeyError } from "./errors.js";
import type { Identity } from "./identity.js";
import type { ConnectOptions } from "./options.js";

/** What would hand a page's data, or the user's certificate, to a program that only looks like the bridge. */
const forBridgesAlone: ReadonlySet<MethodName> = new Set([
  "sign.data",
  "sign.digest",
  "sign.batch",
  "sign.timestamp",
  "signature.verify",
  "envelope.seal",
  "envelope.open",
  "envelope.inspect",
  "enrolment.begin",
  "enrolment.complete",
  "pin.unlock",
]);

/** @internal */
export function handsOver(method: MethodName): boolean {
  return forBridgesAlone.has(method);
}

/**
 * The first meeting of a site and a bridge. Before the page may hand it anything, the user compares a code that page and
 * bridge show, and says on both sides that it is the same: a program of another user can answer on the bridge's port and
 * say yes, but it cannot show a dialog on this user's screen.
 *
 * @internal
 */
export class Meeting {
  private underWay: Promise<void> | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly identity: Identity,
    private readonly options: Pick<ConnectOptions, "confirmIdentity"> & { locale: string },
  ) {}

  /** Returns when the bridge may be handed something. Rejects with `identity-unconfirmed`, `outdated`, or as the dialog does. */
  async confirmed(connection: Connection, key: string | undefined): Promise<void> {
    if (!this.identity.isUnconfirmed || key === undefined) return;
    this.underWay ??= this.ask(connection, key).finally(() => (this.underWay = undefined));
    await this.underWay;
  }

  private async ask(connection: Connection, key: string): Promise<void> {
    const { locale, confirmIdentity = (code, signal) => this.environment.isSameCode(code, locale, signal) } = this.options;
    const nonce = this.identity.newNonce();
    const code = await this.identity.meetingCode(key, nonce);
    const abort = new AbortController();
    const dialog = connection.call("bridge.confirmIdentity", { nonce }, { signal: abort.signal });
    // The page's question may stop everything else in the page; by then the bridge has been asked.
    const page = new Promise((resolve) => setTimeout(resolve))
      .then(() => confirmIdentity(code, abort.signal))
      .then((isSame) => {
        if (!isSame) throw sdkError("identity-unconfirmed", locale);
      });
    try {
      // A no on either side closes the other.
      await Promise.all([dialog, page]);
    } catch (error) {
      abort.abort();
      throw this.judged(error);
    }
    this.identity.confirm(key);
  }

  private judged(error: unknown): unknown {
    if (UkeyError.is(error, "bad-request")) return sdkError("outdated", this.options.locale);
    if (!UkeyError.is(error, "user-cancelled") && !UkeyError.is(error, "identity-unconfirmed")) return error;
    this.identity.reject();
    return sdkError("identity-unconfirmed", this.options.locale);
  }
}
