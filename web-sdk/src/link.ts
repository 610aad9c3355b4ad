import { Backoff } from "./backoff.js";
import type { Connection, MethodName } from "./connection.js";
import type { Environment } from "./environment.js";
import { sdkError, UkeyError } from "./errors.js";
import { type FindTiming, findBridge, rememberSeen } from "./finder.js";
import { type BridgeHelloResult, DEFAULT_PORTS } from "./generated/protocol.js";
import { Identity } from "./identity.js";
import { handsOver, Meeting } from "./meeting.js";
import type { ConnectOptions } from "./options.js";
import { abortable, delay } from "./race.js";
import { ResumeStore } from "./resume-store.js";
import { SDK_VERSION } from "./version.js";

/** After these another attempt would end the same until the user or the administrator does something. */
const finalCodes = new Set(["permission-denied", "insecure-page", "frame-not-delegated", "origin-denied", "outdated"]);

interface Waiter {
  /** Waits for a success, however many attempts that takes. */
  patient: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

/** @internal */
export type LinkOptions = ConnectOptions & { locale: string };

/** @internal */
export interface LinkListener {
  /** At first and again. */
  connected(hello: BridgeHelloResult): void;
  notified(method: string, params: unknown): void;
  lost(): void;
  regained(): void;
  /** For good. */
  ended(error: UkeyError | undefined): void;
}

/**
 * The connection to the bridge through its losses: found, kept, found again, with growing pauses and only while the page is
 * visible.
 *
 * @internal
 */
export class Link {
  private readonly life = new AbortController();
  private readonly stopWatchingPage: () => void;
  private readonly resumeStore: ResumeStore;
  private readonly identity: Identity;
  private readonly meeting: Meeting;
  private connection: Connection | undefined;
  private lastHello: BridgeHelloResult | undefined;
  private endReason: UkeyError | undefined;
  private cutPause: () => void = () => undefined;
  private waiters: Waiter[] = [];

  constructor(
    private readonly environment: Environment,
    private readonly options: LinkOptions,
    private readonly timing: FindTiming,
    private readonly listener: LinkListener,
  ) {
    this.resumeStore = new ResumeStore(environment.sessionStorage, options.keepLogin !== false);
    this.identity = new Identity(environment, options.identityKeys);
    this.meeting = new Meeting(environment, this.identity, options);
    this.stopWatchingPage = environment.watchPage({
      // Said at once, so that the bridge knows that this connection is over before the next page says hello.
      hide: () => this.connection?.close(),
      show: () => this.cutPause(),
    });
  }

  /** What the bridge said when it was connected last. */
  get hello(): BridgeHelloResult | undefined {
    return this.lastHello;
  }

  get isConnected(): boolean {
    return this.connection?.isOpen === true;
  }

  /** The first attempt, and each one after a loss. */
  async establish(signal: AbortSignal | undefined): Promise<void> {
    const { locale, client = { name: "ukey-bridge", version: SDK_VERSION }, ports = DEFAULT_PORTS } = this.options;
    const stored = this.resumeStore.load();
    const found = await findBridge(this.environment, {
      ports: lastFirst(ports, stored?.port),
      locale,
      hello: { client, locale },
      // On another port it is another bridge, or another program altogether, which has no use for it.
      resume: (port) => (stored?.port === port ? stored.resume : undefined),
      identity: this.identity,
      signal,
      onPermissionPrompt: () => this.options.onPermissionPrompt?.(),
      timing: this.timing,
    });
    const { connection, hello, endpoint } = found;
    if (this.options.minimumVersion && isOlder(hello.version, this.options.minimumVersion)) {
      connection.close();
      throw sdkError("outdated", locale);
    }
    rememberSeen(this.environment);
    this.resumeStore.save({ resume: hello.resume, port: endpoint.port });
    this.lastHello = hello;
    this.connection = connection;
    this.listener.connected(hello);
    connection.onNotification = (method, params) => this.listener.notified(method, params);
    connection.onClose = () => this.lost();
    if (!connection.isOpen) throw sdkError("connection-lost", locale);
  }

  private lost(): void {
    if (this.life.signal.aborted) return;
    this.listener.lost();
    void this.keepTrying();
  }

  private async keepTrying(): Promise<void> {
    const { signal } = this.life;
    const backoff = new Backoff(this.environment.random);
    while (!signal.aborted) {
      await this.pause(backoff.next());
      if (signal.aborted) return;
      try {
        await this.establish(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (UkeyError.is(error) && finalCodes.has(error.code)) return this.end(error);
        this.settleWaiters((waiter) => waiter.reject(error), (waiter) => !waiter.patient);
        continue;
      }
      this.settleWaiters((waiter) => waiter.resolve());
      return this.listener.regained();
    }
  }

  /** Waits that long, and for the page to be visible; `cutPause` ends both. */
  private async pause(ms: number): Promise<void> {
    const wait = async () => {
      await delay(ms, this.life.signal);
      await this.environment.whenVisible(this.life.signal);
    };
    const cut = new Promise<void>((resolve) => (this.cutPause = resolve));
    await Promise.race([wait().catch(() => undefined), cut]);
    this.cutPause = () => undefined;
  }

  /** The connection, if need be after one attempt at once, which may fail. */
  async connected(signal: AbortSignal | undefined): Promise<Connection> {
    if (!this.isConnected) {
      const next = this.wait(false);
      this.cutPause();
      await abortable(next, signal);
    }
    return this.connection as Connection;
  }

  /** The connection, to a bridge of which the user, or the site, knows whose it is. */
  async confirmed(signal: AbortSignal | undefined): Promise<Connection> {
    const connection = await this.connected(signal);
    await abortable(this.meeting.confirmed(connection, this.lastHello?.identity?.key), signal);
    return connection;
  }

  /** As `confirmed` where the method hands the bridge something, else as `connected`. */
  connectedFor(method: MethodName, signal: AbortSignal | undefined): Promise<Connection> {
    return handsOver(method) ? this.confirmed(signal) : this.connected(signal);
  }

  /** Unlike a call, it lets an attempt fail and waits for the next. */
  async whenConnected(signal: AbortSignal): Promise<void> {
    if (!this.isConnected) await abortable(this.wait(true), signal);
  }

  private wait(patient: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.life.signal.aborted) reject(this.endReason ?? sdkError("closed", this.options.locale));
      else this.waiters.push({ patient, resolve, reject });
    });
  }

  private settleWaiters(settle: (waiter: Waiter) => void, which: (waiter: Waiter) => boolean = () => true): void {
    const settled = this.waiters.filter(which);
    this.waiters = this.waiters.filter((waiter) => !which(waiter));
    settled.forEach(settle);
  }

  /** There is no further attempt. `error`: why, unless the page wants it so. */
  end(error: UkeyError | undefined): void {
    if (this.life.signal.aborted) return;
    this.endReason = error;
    this.life.abort();
    this.stopWatchingPage();
    this.connection?.close();
    this.settleWaiters((waiter) => waiter.reject(error ?? sdkError("closed", this.options.locale)));
    this.listener.ended(error);
  }
}

function lastFirst(ports: readonly number[], last: number | undefined): readonly number[] {
  if (last === undefined || !ports.includes(last)) return ports;
  return [last, ...ports.filter((port) => port !== last)];
}

function isOlder(version: string, minimum: string): boolean {
  const parts = (text: string) => text.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0);
  const [have, want] = [parts(version), parts(minimum)];
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
