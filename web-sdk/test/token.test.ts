import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UkeyBridge } from "../src/bridge.js";
import type { Token } from "../src/api.js";
import { FakeBridge, Failure, never, token } from "./fake_bridge.js";
import { failureOf, fakeEnvironment, nextEvent, quick } from "./fake_environment.js";

let bridge: FakeBridge;
let connection: UkeyBridge;

async function plugged(): Promise<Token> {
  const [first] = await connection.tokens();
  if (!first) throw new Error("no token");
  return first;
}

beforeEach(async () => {
  bridge = await FakeBridge.start();
  bridge.tokens = [token("t1", { room: 3 })];
  connection = await UkeyBridge.connectIn(fakeEnvironment(), { ports: [bridge.port] }, quick);
});
afterEach(async () => {
  connection.close();
  await bridge.stop();
});

describe("a token's data", () => {
  it("token_isWhatTheBridgeSaid", async () => {
    const first = await plugged();
    expect({ ...first }).toEqual(token("t1", { room: 3 }));
    expect(JSON.parse(JSON.stringify(first))).toEqual(token("t1", { room: 3 }));
    expect({ ...structuredClone(first) }).toEqual(token("t1", { room: 3 }));
  });

  it("tokensOfEvents_haveTheMethodsToo", async () => {
    bridge.on("pin.verify", () => ({}));
    const told = nextEvent<Token>((listener) => connection.on("tokenInserted", listener));
    await expect.poll(() => bridge.callsOf("tokens.list").length).toBe(1);
    bridge.notify("tokens.changed", { event: "inserted", token: token("t2") });
    await (await told).verifyPin();
    expect(bridge.callsOf("pin.verify")).toEqual([{ token: "t2" }]);
  });

  it("bridgeMethods_takeTokenItsDataOrItsId", async () => {
    bridge.on("certificates.list", () => ({ certificates: [] }));
    const first = await plugged();
    await connection.certificates({ token: first });
    await connection.certificates({ token: { ...first } });
    await connection.certificates({ token: "t1" });
    expect(bridge.callsOf("certificates.list")).toEqual([{ token: "t1" }, { token: "t1" }, { token: "t1" }]);
  });

  it("proxyOfAFramework_worksAsTheTokenDoes", async () => {
    bridge.on("pin.verify", () => ({}));
    // As reactive frameworks do: what is got of an object is wrapped as well.
    const wrap = <T extends object>(target: T): T =>
      new Proxy(target, {
        get(object, name, receiver) {
          const value: unknown = Reflect.get(object, name, receiver);
          return typeof value === "object" && value !== null ? wrap(value) : value;
        },
      });
    await wrap(await plugged()).verifyPin();
    expect(bridge.callsOf("pin.verify")).toHaveLength(1);
  });
});

describe("a token's PIN", () => {
  it.each([
    ["verifyPin", "pin.verify", {}],
    ["changePin", "pin.change", {}],
    ["logout", "pin.logout", {}],
    ["unlock", "pin.unlock", { method: "local" }],
  ] as const)("%s_calls_%s", async (name, method, more) => {
    bridge.on(method, () => ({}));
    await (await plugged())[name]();
    expect(bridge.callsOf(method)).toEqual([{ token: "t1", ...more }]);
  });

  it("verifyPin_changeInitial_goesToTheBridgeAndSaysWhatDidChange", async () => {
    bridge.on("pin.verify", () => {
      throw new Failure({ code: "driver-error", reason: "pin-changed" });
    });
    const error = await failureOf((await plugged()).verifyPin({ changeInitial: true }));
    expect(bridge.callsOf("pin.verify")).toEqual([{ token: "t1", changeInitial: true }]);
    expect(error).toMatchObject({ code: "driver-error", reason: "pin-changed" });
  });

  it("verifyPin_aborted_closesTheDialog", async () => {
    bridge.on("pin.verify", () => never);
    const first = await plugged();
    const controller = new AbortController();
    const call = failureOf(first.verifyPin({ signal: controller.signal }));
    await expect.poll(() => bridge.callsOf("pin.verify").length).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({ name: "AbortError" });
    await expect.poll(() => bridge.callsOf("bridge.cancel").length).toBe(1);
  });

  it("remoteUnlock_requestGoesOutAndResponseComesIn", async () => {
    bridge.on("pin.unlock", ({ response }) => (response === undefined ? { request: "for the RA" } : {}));
    const first = await plugged();
    expect(await first.requestUnlock()).toBe("for the RA");
    expect(await first.finishUnlock("from the RA")).toEqual({ temporaryPin: false });
    expect(bridge.callsOf("pin.unlock")).toEqual([
      { token: "t1", method: "remote" },
      { token: "t1", method: "remote", response: "from the RA" },
    ]);
  });

  it("requestUnlock_bridgeGivesNone_isInternal", async () => {
    bridge.on("pin.unlock", () => ({}));
    expect(await failureOf((await plugged()).requestUnlock())).toMatchObject({ code: "internal" });
  });

  it("finishUnlock_temporaryPinNotChanged_isTold", async () => {
    bridge.on("pin.unlock", () => ({ temporaryPin: true }));
    expect(await (await plugged()).finishUnlock("from the RA")).toEqual({ temporaryPin: true });
  });

  it("unlock_wrongAdministratorPin_saysWhosePin", async () => {
    bridge.on("pin.unlock", () => {
      throw new Failure({ code: "pin-incorrect", triesLeft: 7, pin: "administrator" });
    });
    const error = await failureOf((await plugged()).unlock());
    expect(error).toMatchObject({ code: "pin-incorrect", triesLeft: 7, pin: "administrator" });
  });

  it("finishUnlock_secondUseOfAResponse_saysSo", async () => {
    bridge.on("pin.unlock", () => {
      throw new Failure({ code: "unlock-not-found", hint: "Ask for a new answer." });
    });
    const error = await failureOf((await plugged()).finishUnlock("used"));
    expect(error).toMatchObject({ code: "unlock-not-found", hint: "Ask for a new answer." });
  });
});
