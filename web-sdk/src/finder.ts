import { Connection } from "./connection.js";
import type { Environment, LocalNetworkPermission } from "./environment.js";
import { sdkError, UkeyError, unprovenRefusal } from "./errors.js";
import { type BridgeHelloParams, type BridgeHelloResult, SUBPROTOCOL } from "./generated/protocol.js";
import type { Identity } from "./identity.js";
import { abortReason, childSignal, staggeredRace } from "./race.js";

/** @internal */
export interface FindOptions {
  ports: readonly number[];
  locale: string;
  /** What is said to whoever answers, but for the nonce. */
  hello: BridgeHelloParams;
  /** What takes an earlier page's logins over; said on that port alone, and only to a bridge that has proven itself. */
  resume(port: number): string | undefined;
  identity: Identity;
  signal?: AbortSignal | undefined;
  /** Told when the browser is asking the user for the local-network permission. */
  onPermissionPrompt(): void;
  timing: FindTiming;
}

/** @internal Milliseconds. */
export interface FindTiming {
  /** After this the next port is tried beside the one that is silent. */
  stagger: number;
  /** A connection that is still opening after this may be waiting for the user's permission. */
  promptSuspected: number;
  /** The longest that opening a connection may take when the user need not be asked. */
  open: number;
  /** The longest that the user may take to answer the browser's prompt. */
  prompt: number;
  /** The longest that the answer to `bridge.hello` may take. */
  hello: number;
  health: number;
}

/** @internal */
export const defaultTiming: FindTiming = {
  stagger: 300,
  promptSuspected: 1000,
  open: 5000,
  prompt: 300_000,
  hello: 10_000,
  health: 2000,
};

/** @internal */
export interface Found {
  connection: Connection;
  hello: BridgeHelloResult;
  endpoint: Endpoint;
}

/** @internal */
export interface Endpoint {
  url: string;
  health: string;
  port: number;
}

type Failure =
  /** The socket did not open. `tls`: the browser found fault with the certificate, or the address is not allowed from this page. */
  | { kind: "unreachable"; tls: boolean; slow: boolean }
  /** Something answered, and it is a bridge that does not want us. */
  | { kind: "refused"; error: UkeyError }
  /** Something answered, but it is no bridge of this protocol. */
  | { kind: "stranger" }
  /** Something answers as a bridge does, but is not the one that this site knows. */
  | { kind: "impostor" };

// A literal address: `localhost` may mean another one in each browser, and browsers exempt the literal from mixed content.
// Only a certificate needs the name.
const plain = (port: number): Endpoint => ({
  url: `ws://127.0.0.1:${port}/ukey/v1`,
  health: `http://127.0.0.1:${port}/health`,
  port,
});
const secured = (port: number): Endpoint => ({
  url: `wss://localhost:${port}/ukey/v1`,
  health: `https://localhost:${port}/health`,
  port,
});

/**
 * Finds the bridge on its ports, says hello, and makes sure that it is the one that this site knows. Fails with the `UkeyError` that fits best: browsers report every failure
 * of a WebSocket alike, so the permission's state before and after has to tell them apart.
 *
 * @internal
 */
export async function findBridge(environment: Environment, options: FindOptions): Promise<Found> {
  if (!options.identity.canBeChecked) throw sdkError("insecure-page", options.locale);
  const before = await environment.permission();
  let outcome = await scan(environment, options, plain);
  let after = await environment.permission();
  if ("failures" in outcome && before === "prompt" && after === "granted") {
    // The user allowed it, but the connection that waited for that is gone.
    outcome = await scan(environment, options, plain);
  }
  if ("failures" in outcome && plainWasBarred(environment, after, outcome.failures)) {
    const again = await scan(environment, options, secured);
    outcome = "success" in again ? again : { failures: [...outcome.failures, ...again.failures] };
    after = await environment.permission();
  }
  if ("failures" in outcome && !knownCause(environment, options, after, outcome.failures)) {
    if (!(await someBridgeAnswers(environment, options, after))) {
      throw sdkError(seenBefore(environment) ? "not-running" : "not-installed", options.locale);
    }
    // It may have come up between the two probes: only one that is up and does not open the socket refuses this site.
    outcome = await scan(environment, options, plain);
  }
  if ("success" in outcome) {
    options.identity.remember(outcome.success.hello);
    return outcome.success;
  }
  throw knownCause(environment, options, after, outcome.failures) ?? sdkError("origin-denied", options.locale);
}

/** Whether wss may do what ws could not: the page's policy or the browser bars plain sockets (Safari, upgrade-insecure-requests). */
function plainWasBarred(environment: Environment, permission: LocalNetworkPermission, failures: Failure[]): boolean {
  if (!environment.https) return false;
  return permission === "ungated" || failures.some((failure) => failure.kind === "unreachable" && failure.tls);
}

function scan(environment: Environment, options: FindOptions, endpointOf: (port: number) => Endpoint) {
  return staggeredRace<Endpoint, Found, Failure>(
    options.ports.map(endpointOf),
    (endpoint, signal) => attempt(environment, options, endpoint, signal),
    (found) => found.connection.close(),
    options.timing.stagger,
    options.signal,
  );
}

async function attempt(
  environment: Environment,
  options: FindOptions,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<{ success: Found } | { failure: Failure }> {
  const opened = await openSocket(environment, options, endpoint.url, signal);
  if ("failure" in opened) return opened;
  if (opened.socket.protocol !== SUBPROTOCOL) {
    opened.socket.close();
    return { failure: { kind: "stranger" } };
  }
  const connection = new Connection(opened.socket, options.locale);
  const nonce = options.identity.newNonce();
  const timeout = childSignal(signal);
  const timer = setTimeout(timeout.abort, options.timing.hello);
  try {
    const params = { ...options.hello, nonce };
    const hello = await connection.call("bridge.hello", params, { signal: timeout.signal });
    const isBridge = hello?.protocol === SUBPROTOCOL;
    if (isBridge && (await options.identity.admits(hello, nonce))) {
      hello.resumed = await resumed(connection, options.resume(endpoint.port), timeout.signal);
      return { success: { connection, hello, endpoint } };
    }
    connection.close();
    return { failure: { kind: isBridge && options.identity.isExpected ? "impostor" : "stranger" } };
  } catch (error) {
    connection.close();
    if (signal.aborted) throw error;
    const refusal = UkeyError.is(error) && error.code !== "connection-lost";
    return { failure: refusal ? { kind: "refused", error: unprovenRefusal(error, options.locale) } : { kind: "stranger" } };
  } finally {
    clearTimeout(timer);
  }
}

/** A bridge that cannot, or that lets it be too late, has the user log in again. */
async function resumed(connection: Connection, resume: string | undefined, signal: AbortSignal): Promise<boolean> {
  if (resume === undefined) return false;
  try {
    return (await connection.call("bridge.resume", { resume }, { signal })).resumed;
  } catch (error) {
    if (UkeyError.is(error) && error.code !== "connection-lost") return false;
    throw error;
  }
}

function openSocket(
  environment: Environment,
  options: FindOptions,
  url: string,
  signal: AbortSignal,
): Promise<{ socket: WebSocket } | { failure: Failure }> {
  const { timing } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortReason(signal));
    const started = Date.now();
    const unreachable = (tls: boolean): { failure: Failure } => ({
      failure: { kind: "unreachable", tls, slow: Date.now() - started > timing.promptSuspected },
    });
    let socket: WebSocket;
    try {
      socket = environment.openSocket(url, SUBPROTOCOL);
    } catch {
      return resolve(unreachable(true)); // Mixed content, or the page's content security policy.
    }
    let timer = setTimeout(suspectPrompt, timing.promptSuspected);

    function suspectPrompt() {
      timer = setTimeout(giveUp, timing.open - timing.promptSuspected);
      void environment.permission().then((state) => {
        if (state !== "prompt" || settled) return;
        clearTimeout(timer);
        timer = setTimeout(giveUp, timing.prompt);
        options.onPermissionPrompt();
      });
    }
    let settled = false;
    const finish = (settle: () => void) => {
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.onopen = socket.onerror = socket.onclose = null;
      settle();
    };
    const giveUp = () =>
      finish(() => {
        socket.close();
        resolve(unreachable(false));
      });
    const onAbort = () =>
      finish(() => {
        socket.close();
        reject(abortReason(signal));
      });
    signal.addEventListener("abort", onAbort, { once: true });
    socket.onopen = () => finish(() => resolve({ socket }));
    // `error` says nothing; `close` has the code. 1015: the certificate is not trusted, or the page upgrades ws to wss.
    socket.onclose = (event) => finish(() => resolve(unreachable(event.code === 1015)));
  });
}

/** What the failures and the permission tell by themselves. */
function knownCause(
  environment: Environment,
  options: FindOptions,
  permission: LocalNetworkPermission,
  failures: Failure[],
): UkeyError | undefined {
  for (const failure of failures) if (failure.kind === "refused") return failure.error;
  if (failures.some((failure) => failure.kind === "impostor")) return sdkError("identity-changed", options.locale);
  if (permission === "denied") {
    if (!environment.secureContext) return sdkError("insecure-page", options.locale);
    return sdkError(environment.framed ? "frame-not-delegated" : "permission-denied", options.locale);
  }
  const isSlow = failures.some((failure) => failure.kind === "unreachable" && failure.slow);
  return permission === "prompt" && isSlow ? sdkError("permission-prompt", options.locale) : undefined;
}

/** A bridge refuses a foreign origin before the WebSocket opens, which looks like no bridge at all; its health page tells. */
async function someBridgeAnswers(
  environment: Environment,
  options: FindOptions,
  permission: LocalNetworkPermission,
): Promise<boolean> {
  // Elsewhere the question itself could raise the browser's prompt.
  if (permission !== "granted" && permission !== "ungated") return false;
  const answers = await Promise.all(
    options.ports.map((port) => environment.probeHealth(plain(port).health, options.timing.health)),
  );
  return answers.includes(true);
}

const seenKey = "ukey-bridge.seen";

/** @internal From now on a bridge that cannot be reached is one that does not run, not one that is not installed. */
export function rememberSeen(environment: Environment): void {
  if (!environment.localStorage.get(seenKey)) environment.localStorage.set(seenKey, "1");
}

function seenBefore(environment: Environment): boolean {
  return environment.localStorage.get(seenKey) !== undefined;
}
