// Stands in for a browser: the SDK's surroundings, with storage in memory, and every wait as short as it can be.
import { webcrypto } from "node:crypto";
import { WebSocket as NodeWebSocket } from "ws";
import type { Environment, KeyValueStore, LocalNetworkPermission } from "../src/environment.js";
import type { FindTiming } from "../src/finder.js";
import { siteOrigin } from "./fake_bridge.js";

export const quick: FindTiming = { stagger: 50, promptSuspected: 60, open: 200, prompt: 400, hello: 300, health: 300 };

export function memoryStore(): KeyValueStore & { entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
  };
}

export interface FakeEnvironment extends Environment {
  /** Answers of the next permission queries; the last one stays. */
  permissions: LocalNetworkPermission[];
  opened: string[];
  openSocket: Environment["openSocket"];
  secureContext: boolean;
  https: boolean;
  framed: boolean;
  origin: string;
  crypto: Environment["crypto"];
  probeHealth: Environment["probeHealth"];
  whenVisible: Environment["whenVisible"];
  isSameCode: Environment["isSameCode"];
  page: { hide(): void; show(): void };
  sessionStorage: ReturnType<typeof memoryStore>;
  localStorage: ReturnType<typeof memoryStore>;
}

export function fakeEnvironment(): FakeEnvironment {
  const environment: FakeEnvironment = {
    permissions: ["granted"],
    opened: [],
    page: { hide: () => undefined, show: () => undefined },
    openSocket(url, protocol) {
      environment.opened.push(url);
      const socket = new NodeWebSocket(url, protocol, { origin: siteOrigin });
      socket.on("error", () => undefined); // A browser's unheard error event harms nobody; Node's would.
      return socket as unknown as WebSocket;
    },
    async probeHealth(url) {
      try {
        const body = (await (await fetch(url)).json()) as { name?: string };
        return body.name === "ukeyd";
      } catch {
        return false;
      }
    },
    async permission() {
      const [state = "granted"] = environment.permissions;
      if (environment.permissions.length > 1) environment.permissions.shift();
      return state;
    },
    secureContext: true,
    https: true,
    framed: false,
    origin: siteOrigin,
    crypto: webcrypto as Crypto,
    locale: "en",
    sessionStorage: memoryStore(),
    localStorage: memoryStore(),
    whenVisible: () => Promise.resolve(),
    watchPage(handlers) {
      environment.page = handlers;
      return () => undefined;
    },
    random: () => 1,
    isSameCode: () => true,
  };
  return environment;
}

/** The event's value, when it comes. */
export function nextEvent<T>(listen: (listener: (value: T) => void) => () => void): Promise<T> {
  return new Promise((resolve) => {
    const stop = listen((value) => {
      stop();
      resolve(value);
    });
  });
}

/** What the promise rejects with. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(() => "no failure", (error: unknown) => error);
