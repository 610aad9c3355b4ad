import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UkeyBridge } from "../src/bridge.js";
import type { ConnectOptions } from "../src/options.js";
import { UkeyError } from "../src/errors.js";
import type { Certificate } from "../src/generated/protocol.js";
import type { Driver, Token } from "../src/api.js";
import { FakeBridge, Failure, never, token } from "./fake_bridge.js";
import { failureOf, fakeEnvironment, type FakeEnvironment, nextEvent, quick } from "./fake_environment.js";

let environment: FakeEnvironment;
let bridge: FakeBridge;
const connections: UkeyBridge[] = [];

async function connect(options: ConnectOptions = {}, where = environment): Promise<UkeyBridge> {
  const connection = await UkeyBridge.connectIn(where, { ports: [bridge.port], ...options }, quick);
  connections.push(connection);
  return connection;
}

beforeEach(async () => {
  environment = fakeEnvironment();
  bridge = await FakeBridge.start();
});
afterEach(async () => {
  connections.splice(0).forEach((connection) => connection.close());
  await bridge.stop();
});

const certificate = { id: "c1", token: "t1" } as Certificate;

describe("calls", () => {
  it("certificates_filter_isPassedOn", async () => {
    bridge.on("certificates.list", () => ({ certificates: [certificate] }));
    const connection = await connect();
    expect(await connection.certificates({ usage: "sign", token: token("t1") })).toEqual([certificate]);
    expect(bridge.callsOf("certificates.list")).toEqual([{ token: "t1", usage: "sign" }]);
  });

  it("login_verifiesThePinThenSigns", async () => {
    const auth = { format: "ukey-auth:2", algorithm: "ES256", certificate: "PEM", signature: "AAAA" };
    bridge.on("pin.verify", () => ({}));
    bridge.on("auth.sign", () => auth);
    const connection = await connect();
    expect(await connection.login(certificate, "challenge")).toEqual(auth);
    expect(bridge.calls.slice(1).map(({ method, params }) => [method, params])).toEqual([
      ["pin.verify", { token: "t1" }],
      ["auth.sign", { certificate: "c1", challenge: "challenge" }],
    ]);
  });

  it.each([undefined, "ukey-auth:1", "web-eid:1.0", "web-eid:1"])("login_ofTheFormat_%s_isNotHandedOut_S22", async (format) => {
    bridge.on("pin.verify", () => ({}));
    bridge.on("auth.sign", () => ({ format, algorithm: "ES256", certificate: "PEM", signature: "AAAA" }));
    const connection = await connect();
    expect(await failureOf(connection.login(certificate, "challenge"))).toMatchObject({ code: "outdated" });
  });

  it("login_inWebEidsForm_isAskedForAndHandedOut", async () => {
    const auth = { format: "web-eid:1", algorithm: "ES256", certificate: "PEM", signature: "AAAA" };
    bridge.on("pin.verify", () => ({}));
    bridge.on("auth.sign", () => auth);
    const connection = await connect();
    expect(await connection.login(certificate, "challenge", { format: "web-eid:1" })).toEqual(auth);
    expect(bridge.callsOf("auth.sign")).toEqual([{ certificate: "c1", challenge: "challenge", format: "web-eid:1" }]);
  });

  it("login_wrongPin_saysSoWithTheTriesLeft_S19", async () => {
    bridge.on("pin.verify", () => {
      throw new Failure({ code: "pin-incorrect", message: "Wrong.", hint: "Again.", retryable: true, triesLeft: 4, token: "t1" });
    });
    const connection = await connect();
    const error = await failureOf(connection.login(certificate, "challenge"));
    expect(error).toBeInstanceOf(UkeyError);
    expect(error).toMatchObject({ code: "pin-incorrect", message: "Wrong.", hint: "Again.", retryable: true, triesLeft: 4, token: "t1" });
    expect(bridge.callsOf("auth.sign")).toEqual([]);
  });

  it("signData_text_goesAsUtf8InBase64url", async () => {
    bridge.on("sign.data", () => ({ signature: "AA", algorithm: "SM2SM3" }));
    const connection = await connect();
    await connection.signData(certificate, "地块 §?", { description: "bid", detached: true });
    expect(bridge.callsOf("sign.data")).toEqual([
      { certificate: "c1", format: "raw", data: Buffer.from("地块 §?").toString("base64url"), description: "bid", detached: true },
    ]);
  });

  it("call_answersOutOfOrder_reachTheirCalls_S35", async () => {
    let release: (value: unknown) => void = () => undefined;
    bridge.on("tokens.list", () => new Promise((resolve) => (release = resolve)));
    bridge.on("certificates.list", () => ({ certificates: [] }));
    const connection = await connect();
    const tokens = connection.tokens();
    await connection.certificates();
    release({ tokens: [token("t1")] });
    expect((await tokens)[0]?.id).toBe("t1");
  });

  it("call_errorWithoutData_isInternal", async () => {
    bridge.on("tokens.list", () => never);
    const connection = await connect();
    const call = failureOf(connection.tokens());
    await expect.poll(() => bridge.callsOf("tokens.list").length).toBe(1);
    bridge.sendText('{"jsonrpc":"2.0","id":2,"error":{"code":-32603}}');
    expect(await call).toMatchObject({ code: "internal", retryable: false });
  });
});

describe("abort", () => {
  it("abortedCall_rejectsWithTheReasonAndTellsTheBridge_S36", async () => {
    bridge.on("pin.verify", () => never);
    const connection = await connect();
    const controller = new AbortController();
    const call = failureOf(connection.call("pin.verify", { token: "t1" }, { signal: controller.signal }));
    await expect.poll(() => bridge.callsOf("pin.verify").length).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({ name: "AbortError" });
    await expect.poll(() => bridge.callsOf("bridge.cancel")).toEqual([{ request: 2 }]);
  });

  it("abortedBefore_sendsNothing", async () => {
    const connection = await connect();
    const reason = new Error("no");
    const call = connection.tokens({ signal: AbortSignal.abort(reason) });
    expect(await failureOf(call)).toBe(reason);
    expect(bridge.callsOf("tokens.list")).toEqual([]);
  });

  it("abortAfterTheAnswer_isWithoutEffect", async () => {
    const connection = await connect();
    const controller = new AbortController();
    await connection.tokens({ signal: controller.signal });
    controller.abort();
    await connection.tokens();
    expect(bridge.callsOf("bridge.cancel")).toEqual([]);
  });
});

describe("tokens", () => {
  it("on_tokenEvents_subscribesOnceAndTells", async () => {
    bridge.tokens = [token("t1")];
    const connection = await connect();
    const events: string[] = [];
    const tell = (name: string) => (value: Token) => events.push(`${name} ${value.id}`);
    connection.on("tokenInserted", tell("in"));
    connection.on("tokenRemoved", tell("out"));
    connection.on("tokenUpdated", tell("new"));
    await expect.poll(() => bridge.callsOf("tokens.list").length).toBe(1);
    bridge.notify("tokens.changed", { event: "inserted", token: token("t2") });
    bridge.notify("tokens.changed", { event: "updated", token: token("t2") });
    bridge.notify("tokens.changed", { event: "removed", token: token("t1") });
    await expect.poll(() => events).toEqual(["in t2", "new t2", "out t1"]);
    expect(bridge.callsOf("tokens.subscribe")).toHaveLength(1);
  });

  it("on_driverChanged_tellsOfTroubleAndOfItsEndOnce", async () => {
    const missing: Driver = { name: "gm3000", state: "missing", code: "driver-missing", hint: "Install it." };
    const drivers: Driver[] = [{ name: "soft", state: "ready" }, missing, { name: "k5", state: "starting" }];
    bridge.on("tokens.list", () => ({ tokens: [], drivers }));
    const connection = await connect();
    const told: Driver[] = [];
    connection.on("driverChanged", (driver) => told.push(driver));
    await expect.poll(() => told).toEqual([missing]);
    bridge.notify("drivers.changed", { driver: missing });
    bridge.notify("drivers.changed", { driver: { name: "k5", state: "ready" } });
    bridge.notify("drivers.changed", { driver: { name: "soft", state: "hung" } });
    bridge.notify("drivers.changed", { driver: { name: "gm3000", state: "ready" } });
    await expect.poll(() => told.slice(1).map(({ name, state }) => `${name} ${state}`)).toEqual(["soft hung", "gm3000 ready"]);
  });

  it("on_driverChanged_bridgeThatTellsOfNoDrivers_isFine", async () => {
    const connection = await connect();
    const errors: UkeyError[] = [];
    connection.on("error", (error) => errors.push(error));
    connection.on("driverChanged", () => errors.push(new UkeyError({ code: "internal", message: "", retryable: false })));
    await expect.poll(() => bridge.callsOf("tokens.list").length).toBe(1);
    bridge.notify("tokens.changed", { event: "inserted", token: token("t9") });
    expect(errors).toEqual([]);
  });

  it("on_lastListenerGone_unsubscribes", async () => {
    const connection = await connect();
    const stop = connection.on("tokenRemoved", () => undefined);
    await expect.poll(() => bridge.callsOf("tokens.list").length).toBe(1);
    stop();
    await expect.poll(() => bridge.callsOf("tokens.unsubscribe").length).toBe(1);
  });

  it("on_scopeNotGranted_isToldAsErrorEvent", async () => {
    bridge.on("tokens.subscribe", () => {
      throw new Failure({ code: "scope-denied" });
    });
    const connection = await connect();
    const told = nextEvent<UkeyError>((listener) => connection.on("error", listener));
    connection.on("tokenInserted", () => undefined);
    expect((await told).code).toBe("scope-denied");
  });

  it("listenerThatThrows_doesNotKeepOthersFromHearing", async () => {
    const connection = await connect();
    const thrown = new Promise((resolve) => process.once("uncaughtException", resolve));
    const listeners = process.listeners("uncaughtException").slice(0, -1);
    listeners.forEach((listener) => process.off("uncaughtException", listener));
    connection.on("progress", () => {
      throw new Error("bug in the page");
    });
    const heard = nextEvent((listener) => connection.on("progress", listener));
    bridge.notify("progress", { operation: "x", step: 1, steps: 3, text: "one" });
    expect(await heard).toMatchObject({ step: 1 });
    expect(await thrown).toMatchObject({ message: "bug in the page" });
    listeners.forEach((listener) => process.on("uncaughtException", listener));
  });
});

describe("a dialog", () => {
  it("thatIsOverlooked_isToldWithTheBridgesWords_andThatItNoLongerIs", async () => {
    const connection = await connect();
    const told: unknown[] = [];
    connection.on("dialogChanged", (dialog) => told.push(dialog));
    bridge.notify("dialog.changed", { overlooked: true, text: "look at the task bar" });
    bridge.notify("dialog.changed", { overlooked: false });
    await expect.poll(() => told.length).toBe(2);
    expect(told).toEqual([{ overlooked: true, text: "look at the task bar" }, { overlooked: false }]);
  });

  it("thatConnectOpens_isToldToo", async () => {
    bridge.grants = [];
    bridge.on("bridge.requestAccess", () => {
      bridge.notify("dialog.changed", { overlooked: true, text: "look at the task bar" });
      return { grants: ["tokens"] };
    });
    const told: unknown[] = [];
    await connect({ scopes: ["tokens"], onDialogChanged: (dialog) => told.push(dialog) });
    expect(told).toEqual([{ overlooked: true, text: "look at the task bar" }]);
  });

  it("thatWasOverlookedWhenTheConnectionWasLost_isNoMore", async () => {
    const connection = await connect();
    const told: boolean[] = [];
    connection.on("dialogChanged", ({ overlooked }) => told.push(overlooked));
    bridge.notify("dialog.changed", { overlooked: true, text: "look at the task bar" });
    await expect.poll(() => told).toEqual([true]);
    bridge.dropClients();
    await expect.poll(() => told).toEqual([true, false]);
  });
});

describe("a lost connection", () => {
  it("pendingCall_failsClearly", async () => {
    bridge.on("pin.verify", () => never);
    const connection = await connect();
    const call = failureOf(connection.call("pin.verify", { token: "t1" }));
    await expect.poll(() => bridge.callsOf("pin.verify").length).toBe(1);
    bridge.dropClients();
    expect(await call).toMatchObject({ code: "connection-lost", retryable: true });
  });

  it("comesBackByItself_takesTheLoginsOverAndSubscribesAgain", async () => {
    bridge.tokens = [token("t1"), token("t2")];
    const connection = await connect();
    const events: string[] = [];
    connection.on("tokenInserted", ({ id }) => events.push(`in ${id}`));
    connection.on("tokenRemoved", ({ id }) => events.push(`out ${id}`));
    await expect.poll(() => bridge.callsOf("tokens.list").length).toBe(1);
    bridge.tokens = [token("t2"), token("t3")];
    const back = nextEvent<{ resumed: boolean }>((listener) => connection.on("reconnected", listener));
    bridge.dropClients();
    expect(await back).toEqual({ resumed: true });
    // What happened meanwhile is told as if it happened now.
    await expect.poll(() => events).toEqual(["out t1", "in t3"]);
    expect(bridge.callsOf("bridge.resume")).toEqual([{ resume: "resume-1" }]);
    expect(bridge.callsOf("tokens.subscribe")).toHaveLength(2);
  });

  it("newCall_doesNotWaitForTheBackOff", async () => {
    environment.random = () => 0; // The longest pause.
    const connection = await connect();
    const lost = nextEvent<undefined>((listener) => connection.on("disconnected", listener));
    bridge.dropClients();
    await lost;
    expect(await connection.tokens()).toEqual([]);
    expect(bridge.callsOf("bridge.hello")).toHaveLength(2);
  });

  it("newCallWhileTheBridgeIsGone_rejectsAsConnectDoes", async () => {
    const connection = await connect();
    const { port } = bridge;
    const lost = nextEvent<undefined>((listener) => connection.on("disconnected", listener));
    await bridge.stop();
    await lost;
    expect(await failureOf(connection.tokens())).toMatchObject({ code: "not-running" });
    bridge = await FakeBridge.start(port);
    expect(await connection.tokens()).toEqual([]);
  });

  it("hiddenPage_waitsUntilItIsVisible", async () => {
    let show: () => void = () => undefined;
    environment.whenVisible = () => new Promise((resolve) => (show = resolve));
    const connection = await connect();
    const lost = nextEvent<undefined>((listener) => connection.on("disconnected", listener));
    bridge.dropClients();
    await lost;
    await expect.poll(() => { show(); return bridge.callsOf("bridge.hello").length; }).toBe(2);
  });

  it("permissionWithdrawn_endsTheAttempts", async () => {
    const connection = await connect();
    const ended = nextEvent<{ error: UkeyError | undefined }>((listener) => connection.on("closed", listener));
    environment.permissions = ["denied"];
    await bridge.stop();
    expect((await ended).error?.code).toBe("permission-denied");
    expect(await failureOf(connection.tokens())).toMatchObject({ code: "permission-denied" });
    bridge = await FakeBridge.start();
  });

  it("textThatIsNoJson_isNotTrusted", async () => {
    const connection = await connect();
    const lost = nextEvent<undefined>((listener) => connection.on("disconnected", listener));
    bridge.sendText("]");
    await lost;
  });

  it("closed_callsRejectWithClosed", async () => {
    const connection = await connect();
    connection.close();
    expect(await failureOf(connection.tokens())).toMatchObject({ code: "closed" });
    await expect.poll(() => bridge.clients.size).toBe(0);
  });
});

describe("pages and tabs", () => {
  it("reload_takesTheLoginsOver", async () => {
    await connect();
    environment.page.hide(); // What the browser tells the old page.
    const after = await connect();
    expect(after.resumed).toBe(true);
    expect(bridge.callsOf("bridge.resume").at(-1)).toEqual({ resume: "resume-1" });
  });

  it("secondTab_hasItsOwnConnectionAndNoLogin", async () => {
    const first = await connect();
    const second = await connect({}, fakeEnvironment());
    expect(second.resumed).toBe(false);
    expect(bridge.clients.size).toBe(2);
    expect(first.isConnected).toBe(true);
  });

  it("keepLoginOff_storesNothing", async () => {
    await connect({ keepLogin: false });
    expect(environment.sessionStorage.entries.size).toBe(0);
  });

  it("storageWithRubbish_isIgnored", async () => {
    environment.sessionStorage.set("ukey-bridge.resume", "{broken");
    await connect();
    expect(bridge.callsOf("bridge.resume")).toEqual([]);
  });

  it("resumeTooLate_isNoError", async () => {
    environment.sessionStorage.set("ukey-bridge.resume", JSON.stringify({ resume: "old", port: bridge.port }));
    expect((await connect()).resumed).toBe(false);
  });
});
