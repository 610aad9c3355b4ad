/** What the SDK needs of its surroundings, in one place, so that tests can stand in for a browser. */
import { askInDialog } from "./meeting-dialog.js";
import { meetingText } from "./messages.js";
import { abortReason } from "./race.js";

/** State of the browser's local-network permission; `ungated`: none is needed from this page. */
export type LocalNetworkPermission = "granted" | "prompt" | "denied" | "ungated";

/** @internal */
export interface Environment {
  /** As `new WebSocket`; may throw. */
  openSocket(url: string, protocol: string): WebSocket;
  /** Whether `GET url` is answered by a bridge. Never rejects. */
  probeHealth(url: string, timeoutMs: number): Promise<boolean>;
  permission(): Promise<LocalNetworkPermission>;
  readonly secureContext: boolean;
  readonly https: boolean;
  /** Whether the page stands in a frame. */
  readonly framed: boolean;
  /** The page's own, as browsers write it. */
  readonly origin: string;
  /** Without `subtle` where the page is no secure context. */
  readonly crypto: Crypto | undefined;
  /** Language of the page. */
  readonly locale: string;
  readonly sessionStorage: KeyValueStore;
  readonly localStorage: KeyValueStore;
  /** Resolves at once while the page is visible, otherwise when it becomes so. */
  whenVisible(signal: AbortSignal): Promise<void>;
  /** Calls back when the page goes (`hide`) and when it comes back from the browser's page cache (`show`). */
  watchPage(handlers: { hide(): void; show(): void }): () => void;
  random(): number;
  /** Asks the user in the page whether the bridge's window shows the same code; false where nobody can be asked. */
  isSameCode(code: string, locale: string, signal: AbortSignal): boolean | Promise<boolean>;
}

/** @internal A `Storage` that never throws; without one it forgets. */
export interface KeyValueStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

function storeOf(storage: () => Storage | undefined): KeyValueStore {
  // Browsers throw on the mere access to storage when the user forbade it.
  const attempt = <T>(action: (storage: Storage) => T): T | undefined => {
    try {
      const found = storage();
      return found && action(found);
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => attempt((found) => found.getItem(key)) ?? undefined,
    set: (key, value) => void attempt((found) => found.setItem(key, value)),
    remove: (key) => void attempt((found) => found.removeItem(key)),
  };
}

// Newest name first; a browser that does not know a name throws (browsers differ in which they know).
const permissionNames = ["loopback-network", "local-network-access"];

/** A page that is served from this computer itself is gated by no browser, whatever the permission's state. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

async function queryPermission(): Promise<LocalNetworkPermission> {
  if (isLoopback(globalThis.location?.hostname ?? "")) return "ungated";
  const permissions = globalThis.navigator?.permissions;
  if (!permissions) return "ungated";
  for (const name of permissionNames) {
    try {
      return (await permissions.query({ name: name as PermissionName })).state;
    } catch {
      // Not a name of this browser.
    }
  }
  return "ungated";
}

async function probeHealth(url: string, timeoutMs: number): Promise<boolean> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const response = await fetch(url, { signal: abort.signal, cache: "no-store", credentials: "omit", redirect: "error" });
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null && "name" in body && body.name === "ukeyd";
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function whenVisible(signal: AbortSignal): Promise<void> {
  const page = globalThis.document;
  if (!page || page.visibilityState !== "hidden") return Promise.resolve();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      page.removeEventListener("visibilitychange", onChange);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onChange = () => page.visibilityState !== "hidden" && finish(resolve);
    const onAbort = () => finish(() => reject(abortReason(signal)));
    page.addEventListener("visibilitychange", onChange);
    signal.addEventListener("abort", onAbort);
  });
}

function watchPage(handlers: { hide(): void; show(): void }): () => void {
  const target = globalThis.window;
  if (!target?.addEventListener) return () => undefined;
  const onShow = (event: PageTransitionEvent) => event.persisted && handlers.show();
  target.addEventListener("pagehide", handlers.hide);
  target.addEventListener("pageshow", onShow);
  return () => {
    target.removeEventListener("pagehide", handlers.hide);
    target.removeEventListener("pageshow", onShow);
  };
}

function isSameCode(code: string, locale: string, signal: AbortSignal): boolean | Promise<boolean> {
  // Firefox before 98 has none.
  if (typeof globalThis.HTMLDialogElement === "function") return askInDialog(document, code, locale, signal);
  return globalThis.confirm?.(meetingText(code, locale)) === true;
}

/** A frame that was written by its page (`srcdoc`) has its page's origin, but no address of its own. */
function pageOrigin(): string {
  const ofAddress = globalThis.location?.origin ?? "";
  return ofAddress === "null" ? globalThis.origin : ofAddress;
}

/** @internal The real surroundings. */
export function browserEnvironment(): Environment {
  return {
    openSocket: (url, protocol) => new WebSocket(url, protocol),
    probeHealth,
    permission: queryPermission,
    secureContext: globalThis.isSecureContext ?? true,
    https: globalThis.location?.protocol === "https:",
    framed: globalThis.window !== undefined && window.top !== window.self,
    origin: pageOrigin(),
    crypto: globalThis.crypto,
    locale: globalThis.document?.documentElement?.lang || globalThis.navigator?.language || "en",
    sessionStorage: storeOf(() => globalThis.sessionStorage),
    localStorage: storeOf(() => globalThis.localStorage),
    whenVisible,
    watchPage,
    random: Math.random,
    isSameCode,
  };
}
