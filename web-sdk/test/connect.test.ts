import { createServer } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UkeyBridge } from "../src/bridge.js";
import type { ConnectOptions } from "../src/options.js";
import { UkeyError } from "../src/errors.js";
import { FakeBridge, Failure, freePort, never } from "./fake_bridge.js";
import { fakeEnvironment, type FakeEnvironment, quick } from "./fake_environment.js";

let environment: FakeEnvironment;
const bridges: FakeBridge[] = [];
const connections: UkeyBridge[] = [];

async function startBridge(port = 0): Promise<FakeBridge> {
  const bridge = await FakeBridge.start(port);
  bridges.push(bridge);
  return bridge;
}
async function connect(options: ConnectOptions): Promise<UkeyBridge> {
  const connection = await UkeyBridge.connectIn(environment, options, quick);
  connections.push(connection);
  return connection;
}
async function failure(options: ConnectOptions): Promise<UkeyError> {
  const error: unknown = await connect(options).then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(UkeyError);
  return error as UkeyError;
}

beforeEach(() => {
  environment = fakeEnvironment();
});
afterEach(async () => {
  connections.splice(0).forEach((connection) => connection.close());
  await Promise.all(bridges.splice(0).map((bridge) => bridge.stop()));
});

describe("finding the bridge", () => {
  it("connect_bridgeOnLastPort_findsItAndSaysHello", async () => {
    const bridge = await startBridge();
    const ports = [await freePort(), await freePort(), bridge.port];
    const connection = await connect({ ports, locale: "zh-CN", client: { name: "site", version: "2" } });
    expect(connection.isConnected).toBe(true);
    expect(connection.version).toBe("1.4.0");
    expect(connection.origin).toBe("https://site.example");
    const nonce: unknown = expect.stringMatching(/^[\w-]{43}$/);
    expect(bridge.callsOf("bridge.hello")).toEqual([{ client: { name: "site", version: "2" }, locale: "zh-CN", nonce }]);
  });

  it("connect_silentProgramOnFirstPort_tryOthersBesideIt", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const bridge = await startBridge();
    const connection = await connect({ ports: [(silent.address() as { port: number }).port, bridge.port] });
    expect(connection.isConnected).toBe(true);
    silent.close();
  });

  it("connect_strangerWithoutSubprotocol_isPassedOver", async () => {
    const stranger = await startBridge();
    stranger.subprotocol = false;
    const bridge = await startBridge();
    await connect({ ports: [stranger.port, bridge.port] });
    expect(stranger.calls).toEqual([]);
    expect(bridge.callsOf("bridge.hello")).toHaveLength(1);
  });

  it("connect_strangerThatNeverAnswersHello_isPassedOver", async () => {
    const stranger = await startBridge();
    stranger.on("bridge.hello", () => never);
    const bridge = await startBridge();
    await connect({ ports: [stranger.port, bridge.port] });
    expect(bridge.clients.size).toBe(1);
    await expect.poll(() => stranger.clients.size).toBe(0);
  });

  it("connect_twoBridges_keepsOne", async () => {
    const [first, second] = [await startBridge(), await startBridge()];
    await connect({ ports: [first.port, second.port] });
    await expect.poll(() => first.clients.size + second.clients.size).toBe(1);
  });

  it("connect_secondTime_triesTheLastPortFirst", async () => {
    const bridge = await startBridge();
    const ports = [await freePort(), bridge.port];
    (await connect({ ports })).close();
    environment.opened.length = 0;
    await connect({ ports });
    expect(environment.opened[0]).toBe(`ws://127.0.0.1:${bridge.port}/ukey/v1`);
  });

  it("connect_throwingConstructorOnHttpsPage_triesWssOnLocalhost", async () => {
    environment.openSocket = (url) => {
      environment.opened.push(url);
      throw new DOMException("mixed content", "SecurityError");
    };
    expect((await failure({ ports: [4711] })).code).toBe("not-installed");
    expect(environment.opened).toEqual(["ws://127.0.0.1:4711/ukey/v1", "wss://localhost:4711/ukey/v1"]);
  });

  it("connect_refusedInGatedBrowser_doesNotTryWss", async () => {
    await failure({ ports: [await freePort()] });
    expect(environment.opened).toHaveLength(1);
  });

  it("connect_abortedMeanwhile_rejectsWithTheReason", async () => {
    const bridge = await startBridge();
    bridge.on("bridge.hello", () => never);
    const controller = new AbortController();
    const attempt = connect({ ports: [bridge.port], signal: controller.signal });
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 30);
    await expect(attempt).rejects.toBe(reason);
  });

  it("connect_minimumVersionNotMet_isOutdated_S73", async () => {
    const bridge = await startBridge();
    expect((await failure({ ports: [bridge.port], minimumVersion: "1.10" })).code).toBe("outdated");
    await connect({ ports: [bridge.port], minimumVersion: "1.4.0" });
  });
});

describe("why the bridge cannot be reached (S62)", () => {
  it("neverSeenBefore_isNotInstalled", async () => {
    const error = await failure({ ports: [await freePort()], locale: "zh-CN" });
    expect(error).toMatchObject({ code: "not-installed", retryable: true, message: "未检测到 Ukey 助手。" });
    expect(error.hint).not.toBe("");
  });

  it("seenBefore_isNotRunning", async () => {
    const bridge = await startBridge();
    (await connect({ ports: [bridge.port] })).close();
    expect((await failure({ ports: [await freePort()] })).code).toBe("not-running");
  });

  it("bridgeRefusesTheOriginBeforeTheUpgrade_isOriginDenied", async () => {
    const bridge = await startBridge();
    bridge.refuseUpgrade = true;
    expect((await failure({ ports: [bridge.port] })).code).toBe("origin-denied");
  });

  it("bridgeThatComesUpBetweenTwoProbes_isConnectedTo", async () => {
    const port = await freePort();
    environment.probeHealth = async () => {
      await startBridge(port); // As one that had not bound its port when the socket was tried.
      return true;
    };
    expect((await connect({ ports: [port] })).isConnected).toBe(true);
  });

  it.each([
    ["origin-denied", "origin-denied", "This site may not use Ukey Bridge."],
    ["rate-limited", "rate-limited", "Ukey Bridge did not accept the connection of this page."],
    ["Call 555-0100!", "internal", "Ukey Bridge did not accept the connection of this page."],
  ])("refusedInHello_%s_isToldInOurOwnWords_S50", async (code, expected, message) => {
    const bridge = await startBridge();
    bridge.on("bridge.hello", () => {
      // Who says so has not proven yet who it is.
      throw new Failure({ code, message: "Call 555-0100", hint: "and tell your PIN." });
    });
    const error = await failure({ ports: [bridge.port] });
    expect(error).toMatchObject({ code: expected, message });
    expect(error.hint).not.toContain("PIN");
  });

  it("userBlocked_isPermissionDenied", async () => {
    environment.permissions = ["prompt", "denied"];
    expect((await failure({ ports: [await freePort()] })).code).toBe("permission-denied");
  });

  it("deniedInForeignFrame_isFrameNotDelegated", async () => {
    environment.permissions = ["denied"];
    environment.framed = true;
    expect((await failure({ ports: [await freePort()] })).code).toBe("frame-not-delegated");
  });

  it("deniedOnInsecurePage_isInsecurePage", async () => {
    environment.permissions = ["denied"];
    environment.secureContext = false;
    expect((await failure({ ports: [await freePort()] })).code).toBe("insecure-page");
  });

  it("promptUnanswered_tellsThePageAndIsPermissionPrompt", async () => {
    // Accepts the connection and stays silent, as the socket of a browser does that waits for its user.
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    environment.permissions = ["prompt"];
    let prompts = 0;
    const error = await failure({
      ports: [(silent.address() as { port: number }).port],
      onPermissionPrompt: () => prompts++,
    });
    expect(error.code).toBe("permission-prompt");
    expect(prompts).toBe(1);
    silent.close();
  });

  it("allowedButTheWaitingConnectionIsGone_isTriedOnceMore", async () => {
    const bridge = await startBridge();
    bridge.refuseUpgrade = true;
    environment.permissions = ["prompt", "granted"];
    const open = environment.openSocket;
    environment.openSocket = (url, protocol) => {
      bridge.refuseUpgrade = environment.opened.length === 0;
      return open(url, protocol);
    };
    await connect({ ports: [bridge.port] });
    expect(environment.opened).toHaveLength(2);
  });

  it("promptNotAnsweredYet_healthIsNotProbed_S63", async () => {
    environment.permissions = ["prompt"];
    let probes = 0;
    environment.probeHealth = async () => {
      probes++;
      return true;
    };
    expect((await failure({ ports: [await freePort()] })).code).toBe("not-installed");
    expect(probes).toBe(0);
  });
});

describe("scopes", () => {
  it("connect_scopesGrantedAlready_asksNothing", async () => {
    const bridge = await startBridge();
    await connect({ ports: [bridge.port], scopes: ["certificates", "sign"] });
    expect(bridge.callsOf("bridge.requestAccess")).toEqual([]);
  });

  it("connect_scopesMissing_asksForThoseOnly", async () => {
    const bridge = await startBridge();
    bridge.grants = ["tokens"];
    bridge.on("bridge.requestAccess", ({ scopes }) => ({ grants: [...bridge.grants, ...scopes] }));
    const connection = await connect({ ports: [bridge.port], scopes: ["tokens", "sign"] });
    expect(bridge.callsOf("bridge.requestAccess")).toEqual([{ scopes: ["sign"] }]);
    expect(connection.grants).toEqual(["tokens", "sign"]);
  });

  it("connect_scopesRefused_rejectsAndCloses", async () => {
    const bridge = await startBridge();
    bridge.grants = [];
    bridge.on("bridge.requestAccess", () => {
      throw new Failure({ code: "scope-denied" });
    });
    expect((await failure({ ports: [bridge.port], scopes: ["sign"] })).code).toBe("scope-denied");
    await expect.poll(() => bridge.clients.size).toBe(0);
  });
});
