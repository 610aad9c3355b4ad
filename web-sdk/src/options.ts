import type { Driver, Token } from "./api.js";
import type { UkeyError } from "./errors.js";
import type { DialogChanged, Progress, Scope } from "./generated/protocol.js";

/** How `UkeyBridge.connect` goes about it. All members may be left out. */
export interface ConnectOptions {
  /** Gives the attempt up. */
  signal?: AbortSignal;
  /** Scopes that the page needs. Those that its origin was not granted are asked for, which may show a dialog. */
  scopes?: Scope[];
  /** Language of messages and dialogs, e.g. `zh-CN`; the page's own by default. */
  locale?: string;
  /** Name and version of the page's program, for the bridge's audit log. */
  client?: { name: string; version: string };
  /** Refuse an older bridge, e.g. `1.2.0`, with the code `outdated`. */
  minimumVersion?: string;
  /**
   * The identity keys of the bridges that this site accepts, base64url of the DER SubjectPublicKeyInfo, instead of the one
   * that it met first on this computer.
   */
  identityKeys?: readonly string[];
  /**
   * Asks the user whether the window of Ukey Bridge shows the same code, e.g. `482 913`, before this site hands a bridge that it
   * met first just now anything: data, a file, an enrolment. `signal`: the question is settled. Where this is left out, a
   * small dialog of the SDK asks, in the page (class `ukey-bridge-meeting`); with `identityKeys` nobody need be asked.
   */
  confirmIdentity?: (code: string, signal: AbortSignal) => boolean | Promise<boolean>;
  /** Take the logins of the page before over (`sessionStorage`); true by default. */
  keepLogin?: boolean;
  /** Ports to try instead of 23510 to 23514. */
  ports?: readonly number[];
  /** Told when the browser is asking the user whether the page may reach the bridge: say that “Allow” is the answer. */
  onPermissionPrompt?: () => void;
  /** As the event `dialogChanged`, and told also of the dialog that `connect` itself opens for `scopes`. */
  onDialogChanged?: (dialog: DialogChanged) => void;
}

/** What a `UkeyBridge` tells its listeners. */
export interface BridgeEvents {
  /** A token was plugged in. */
  tokenInserted: Token;
  /** A token was pulled. Its logins are over. */
  tokenRemoved: Token;
  /** A token's state, PIN or contents changed. */
  tokenUpdated: Token;
  /**
   * A driver got into trouble (`missing`, `failed`, `hung`), was so when the page began to listen, or is well again: why a
   * plugged-in token is not among `tokens()`. Bridges that do not tell of drivers tell nothing.
   */
  driverChanged: Driver;
  /** A step of long work that this page asked for. */
  progress: Progress;
  /**
   * The window that asks the user for a call of this page waits where he may not look: show him `text`, as long as `overlooked`
   * is true. Bridges and desktops that cannot tell say nothing.
   */
  dialogChanged: DialogChanged;
  /** The connection was lost; the SDK is trying to get it back. */
  disconnected: undefined;
  /** The connection is back. `resumed`: with the logins of before. */
  reconnected: { resumed: boolean };
  /** There will be no further attempt to reconnect. `error` is absent after `close()`. */
  closed: { error: UkeyError | undefined };
  /** Something failed that no call was made for, e.g. the subscription behind `on("tokenInserted", …)`. */
  error: UkeyError;
}
