// Another program may sit on the bridge's port (security.md 50): whom a page talks to, and what the other one gets.
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UkeyBridge } from "../src/bridge.js";
import type { BridgeIdentity } from "../src/generated/protocol.js";
import type { ConnectOptions } from "../src/options.js";
import { Failure, FakeBridge, Installation, siteOrigin } from "./fake_bridge.js";
import { failureOf, fakeEnvironment, type FakeEnvironment, nextEvent, quick } from "./fake_environment.js";

const pin = "ukey-bridge.identity";
const users = new Installation();
let environment: FakeEnvironment;
const bridges: FakeBridge[] = [];
const connections: UkeyBridge[] = [];

type Proof = (nonce: string) => BridgeIdentity | undefined;
const usersProof: Proof = (nonce) => users.prove(nonce);

async function start(identity: Proof, port = 0): Promise<FakeBridge> {
  const bridge = await FakeBridge.start(port);
  bridge.identity = identity;
  bridges.push(bridge);
  return bridge;
}
async function connect(ports: FakeBridge[], options: ConnectOptions = {}): Promise<UkeyBridge> {
  const connection = await UkeyBridge.connectIn(environment, { ports: ports.map(({ port }) => port), ...options }, quick);
  connections.push(connection);
  return connection;
}
/** A page of this site has met the user's bridge before. */
const meetUsersBridge = (): void => environment.localStorage.set(pin, users.key);
const methodsAskedOf = (bridge: FakeBridge) => bridge.calls.map(({ method }) => method);

beforeEach(() => {
  environment = fakeEnvironment();
});
afterEach(async () => {
  vi.unstubAllGlobals();
  connections.splice(0).forEach((connection) => connection.close());
  await Promise.all(bridges.splice(0).map((bridge) => bridge.stop()));
});

/** What somebody else's program on the bridge's port might answer. */
const squatters: [string, Proof][] = [
  ["withAKeyOfItsOwn", (nonce) => new Installation().prove(nonce)],
  ["withoutAKey", () => undefined],
  ["thatNamesTheKeyButCannotSign", (nonce) => ({ key: users.key, signature: new Installation().prove(nonce).signature })],
  ["thatReplaysAnOlderProof", () => users.prove(Buffer.alloc(32).toString("base64url"))],
  ["withAProofMadeForAnotherSite", (nonce) => users.prove(nonce, "https://evil.example")],
  ["withGarbage", () => ({ key: users.key, signature: "§" })],
  ["withAnotherType", () => ({ key: 7, signature: [] }) as unknown as BridgeIdentity],
];

describe("a site that knows the bridge", () => {
  it.each(squatters)("squatter_%s_isPassedOverAndGetsNoMoreThanHello_S50", async (_name, proof) => {
    meetUsersBridge();
    const squatter = await start(proof);
    const bridge = await start(usersProof);
    const connection = await connect([squatter, bridge], { scopes: ["tokens"] });
    await connection.tokens();
    expect(methodsAskedOf(bridge)).toEqual(["bridge.hello", "tokens.list"]);
    expect(methodsAskedOf(squatter)).toEqual(["bridge.hello"]);
    await expect.poll(() => squatter.clients.size).toBe(0);
  });

  it.each(squatters)("squatter_%s_alone_isIdentityChanged_S50", async (_name, proof) => {
    meetUsersBridge();
    const squatter = await start(proof);
    const error = await failureOf(connect([squatter], { locale: "zh-CN" }));
    expect(error).toMatchObject({ code: "identity-changed", retryable: true, message: expect.stringContaining("不是本网站") as unknown });
    expect(methodsAskedOf(squatter)).toEqual(["bridge.hello"]);
  });

  it("squatterThatTakesThePortOfTheLostBridge_getsNothing_S50", async () => {
    const bridge = await start(usersProof);
    const connection = await connect([bridge]);
    const lost = nextEvent<undefined>((listener) => connection.on("disconnected", listener));
    const { port } = bridge;
    await bridges.splice(0)[0]?.stop();
    await lost;
    const squatter = await start((nonce) => new Installation().prove(nonce), port);
    expect(await failureOf(connection.login({ id: "c1", token: "t1" } as never, "challenge"))).toMatchObject({ code: "identity-changed" });
    expect(new Set(methodsAskedOf(squatter))).toEqual(new Set(["bridge.hello"]));
    // It goes on looking for the right one.
    await bridges.splice(0)[0]?.stop();
    await start(usersProof, port);
    expect(await connection.tokens()).toEqual([]);
  });

  it("nonce_isNewForEachConnection", async () => {
    const bridge = await start(usersProof);
    await connect([bridge]);
    await connect([bridge]);
    const nonces = bridge.callsOf("bridge.hello").map((params) => (params as { nonce: string }).nonce);
    expect(new Set(nonces).size).toBe(2);
  });
});

describe("resume", () => {
  it("resume_isSaidOnlyOnThePortThatItCameFrom_S50", async () => {
    const bridge = await start(usersProof);
    const other = await start(() => undefined);
    await connect([bridge]);
    environment.page.hide();
    const resumed = await connect([other, bridge]);
    expect(resumed.resumed).toBe(true);
    bridge.refuseUpgrade = true;
    environment.page.hide();
    await failureOf(connect([bridge, other]));
    expect(other.callsOf("bridge.hello")).toHaveLength(1);
    expect(other.callsOf("bridge.hello")[0]).not.toHaveProperty("resume");
    expect(other.callsOf("bridge.resume")).toEqual([]);
  });

  it.each(squatters)("resume_isNotSaidToASquatter_%s_S50", async (_name, proof) => {
    const bridge = await start(usersProof);
    await connect([bridge]);
    environment.page.hide();
    const { port } = bridge;
    await bridges.splice(0)[0]?.stop();
    const squatter = await start(proof, port);
    await failureOf(connect([squatter]));
    expect(methodsAskedOf(squatter)).toEqual(["bridge.hello"]);
    expect(JSON.stringify(squatter.callsOf("bridge.hello"))).not.toContain("resume-");
  });
});

describe("the first meeting", () => {
  it("firstBridgeWithAKey_isTheOneFromThenOn", async () => {
    const bridge = await start(usersProof);
    await connect([bridge]);
    expect(environment.localStorage.get(pin)).toBe(users.key);
  });

  it("programThatProvesNoKey_isPassedOver", async () => {
    const stranger = await start(() => undefined);
    const bridge = await start(usersProof);
    await connect([stranger, bridge]);
    expect(methodsAskedOf(stranger)).toEqual(["bridge.hello"]);
    expect(bridge.clients.size).toBe(1);
  });

  it("programThatProvesNoKey_alone_isNoBridge", async () => {
    const stranger = await start(() => undefined);
    environment.probeHealth = async () => false;
    expect(await failureOf(connect([stranger]))).toMatchObject({ code: "not-installed" });
    expect(environment.localStorage.get(pin)).toBeUndefined();
  });

  // What trust on first use cannot do: whoever comes first is believed. It is noticed as soon as the bridge is met.
  it("squatterThatComesFirst_isBelievedUntilTheBridgeIsMet", async () => {
    const others = new Installation();
    const squatter = await start((nonce) => others.prove(nonce));
    await connect([squatter]);
    const bridge = await start(usersProof);
    expect(await failureOf(connect([bridge]))).toMatchObject({ code: "identity-changed" });
  });

  it("withoutStorage_theKeyIsKeptAsLongAsThePageIsThere", async () => {
    environment.localStorage.set = () => undefined;
    const bridge = await start(usersProof);
    const connection = await connect([bridge]);
    bridge.identity = (nonce) => new Installation().prove(nonce);
    const lost = nextEvent<undefined>((listener) => connection.on("disconnected", listener));
    bridge.dropClients();
    await lost;
    expect(await failureOf(connection.tokens())).toMatchObject({ code: "identity-changed" });
  });
});

describe("before a bridge that was met first just now is handed anything", () => {
  const unconfirmed = { code: "identity-unconfirmed", retryable: true };
  const data = new TextEncoder().encode("the bid");
  /** What a page would hand over, each in its own way. */
  const handing: [string, (page: UkeyBridge) => Promise<unknown>][] = [
    ["sign.data", (page) => page.signData("c1", "the bid")],
    ["sign.digest", (page) => page.signDigest("c1", data, "sha256")],
    ["sign.batch", (page) => page.call("sign.batch", { certificate: "c1", format: "raw", items: [{ name: "a", data: "YQ" }] })],
    ["sign.timestamp", (page) => page.call("sign.timestamp", { signature: "YQ" })],
    ["signature.verify", (page) => page.call("signature.verify", { format: "cms", signature: "YQ", data: "YQ" })],
    ["envelope.seal", (page) => page.seal(data, [["PEM"]])],
    ["envelope.open", (page) => page.open(data)],
    ["envelope.inspect", (page) => page.inspect(data)],
    ["enrolment.begin", (page) => page.call("enrolment.begin", { kind: "issue", token: "t1", algorithm: "sm2", keys: "new" })],
    ["enrolment.complete", (page) => page.call("enrolment.complete", { enrolment: "e1", signCertificate: "PEM" })],
    ["pin.unlock", (page) => page.call("pin.unlock", { token: "t1", method: "local" })],
  ];
  const signs = (bridge: FakeBridge): void => bridge.on("sign.data", () => ({ signature: "c2ln", algorithm: "sm2" }));

  it.each(handing)("%s_isNotSaidToASquatterThatCannotShowADialog_S50", async (_method, hand) => {
    const squatter = await start((nonce) => new Installation().prove(nonce));
    environment.isSameCode = () => false; // There is no window of the bridge on the user's screen.
    const page = await connect([squatter]);
    expect(await failureOf(hand(page))).toMatchObject(unconfirmed);
    expect(methodsAskedOf(squatter).filter((method) => !method.startsWith("bridge."))).toEqual([]);
  });

  it.each(handing)("%s_waitsForTheUsersYesInTheBridgesDialog_S50", async (_method, hand) => {
    const bridge = await start(usersProof);
    bridge.on("bridge.confirmIdentity", () => {
      throw new Failure({ code: "user-cancelled" });
    });
    const page = await connect([bridge]);
    expect(await failureOf(hand(page))).toMatchObject(unconfirmed);
    expect(methodsAskedOf(bridge).filter((method) => !method.startsWith("bridge."))).toEqual([]);
  });

  it("noInThePage_closesTheDialogOfTheBridge", async () => {
    const bridge = await start(usersProof);
    bridge.on("bridge.confirmIdentity", () => new Promise<never>(() => undefined));
    environment.isSameCode = () => false;
    expect(await failureOf((await connect([bridge])).signData("c1", "the bid"))).toMatchObject(unconfirmed);
    await expect.poll(() => bridge.callsOf("bridge.cancel").length).toBe(1);
  });

  it("codeOfThePage_isThatOfTheDialog_S50", async () => {
    const bridge = await start(usersProof);
    signs(bridge);
    const codes: string[] = [];
    environment.isSameCode = (code) => codes.push(code) > 0;
    await (await connect([bridge])).signData("c1", "the bid");
    const [params] = bridge.callsOf("bridge.confirmIdentity") as { nonce: string }[];
    const hash = createHash("sha256")
      .update(`ukey.v1 first meeting\0${siteOrigin}\0`)
      .update(Buffer.from(users.key, "base64url"))
      .update(Buffer.from(params?.nonce ?? "", "base64url"))
      .digest();
    const digits = String(hash.readUInt32BE(0) % 1_000_000).padStart(6, "0");
    expect(codes).toEqual([`${digits.slice(0, 3)} ${digits.slice(3)}`]);
    expect(bridge.callsOf("bridge.hello")).not.toContainEqual(expect.objectContaining(params as object));
  });

  it("bridgeThatWasConfirmed_isNotAskedAboutAgain", async () => {
    const bridge = await start(usersProof);
    signs(bridge);
    const page = await connect([bridge]);
    await Promise.all([page.signData("c1", "one"), page.signData("c1", "another")]);
    await (await connect([bridge])).signData("c1", "on the next page");
    expect(bridge.callsOf("bridge.confirmIdentity")).toHaveLength(1);
    expect(bridge.callsOf("sign.data")).toHaveLength(3);
  });

  it("loginAndLists_needNoCode", async () => {
    const bridge = await start(usersProof);
    bridge.on("auth.sign", () => ({ format: "ukey-auth:2", algorithm: "sm2", certificate: "PEM", signature: "c2ln" }));
    bridge.on("pin.verify", () => ({}));
    const page = await connect([bridge]);
    await page.tokens();
    await page.login({ id: "c1", token: "t1" } as never, "challenge");
    expect(bridge.callsOf("bridge.confirmIdentity")).toEqual([]);
  });

  it.each([
    ["thatTheSiteMetBefore", {}, (): void => meetUsersBridge()],
    ["thatTheSiteNames", { identityKeys: [users.key] }, (): void => undefined],
  ])("bridge_%s_needsNoCode", async (_name, options, prepare) => {
    prepare();
    const bridge = await start(usersProof);
    signs(bridge);
    await (await connect([bridge], options)).signData("c1", "the bid");
    expect(bridge.callsOf("bridge.confirmIdentity")).toEqual([]);
  });

  it("pageThatIsLoadedAgainBeforeTheUserSaidYes_stillAsks_S50", async () => {
    const bridge = await start(usersProof);
    signs(bridge);
    await connect([bridge]);
    await (await connect([bridge])).signData("c1", "the bid");
    expect(bridge.callsOf("bridge.confirmIdentity")).toHaveLength(1);
  });

  it("squatterThatTheUserRejected_isForgotten_S50", async () => {
    const squatter = await start((nonce) => new Installation().prove(nonce));
    environment.isSameCode = () => false;
    expect(await failureOf((await connect([squatter])).signData("c1", "the bid"))).toMatchObject(unconfirmed);
    expect(environment.localStorage.entries.size).toBe(environment.localStorage.entries.has("ukey-bridge.seen") ? 1 : 0);
    environment.isSameCode = () => true;
    const bridge = await start(usersProof);
    signs(bridge);
    await (await connect([bridge])).signData("c1", "the bid");
    expect(environment.localStorage.get(pin)).toBe(users.key);
  });

  it("dialogThatCouldNotBeShown_isSaidAsItIs_andAskedForAgain", async () => {
    const bridge = await start(usersProof);
    signs(bridge);
    let code: string | undefined = "prompt-unavailable";
    bridge.on("bridge.confirmIdentity", (): object => {
      if (code) throw new Failure({ code });
      return {};
    });
    const page = await connect([bridge]);
    expect(await failureOf(page.signData("c1", "the bid"))).toMatchObject({ code });
    code = undefined;
    await page.signData("c1", "the bid");
    expect(environment.localStorage.get(pin)).toBe(users.key);
  });

  it("bridgeThatDoesNotKnowTheMethod_isOutdated", async () => {
    const bridge = await start(usersProof);
    bridge.on("bridge.confirmIdentity", () => {
      throw new Failure({ code: "bad-request" });
    });
    expect(await failureOf((await connect([bridge])).signData("c1", "the bid"))).toMatchObject({ code: "outdated" });
  });

  it("siteWithAQuestionOfItsOwn_isToldTheCodeAndWhenItIsSettled", async () => {
    const bridge = await start(usersProof);
    let refuse: (failure: Failure) => void = () => undefined;
    bridge.on("bridge.confirmIdentity", () => new Promise<never>((_resolve, reject) => (refuse = reject)));
    let settled: AbortSignal | undefined;
    const asked = new Promise<string>((resolve) => {
      const confirmIdentity = (code: string, signal: AbortSignal) => {
        settled = signal;
        resolve(code);
        return new Promise<boolean>(() => undefined);
      };
      environment.isSameCode = () => expect.fail("the SDK asked");
      void connect([bridge], { confirmIdentity }).then((page) => page.signData("c1", "the bid")).catch(() => undefined);
    });
    expect(await asked).toMatch(/^\d{3} \d{3}$/);
    await expect.poll(() => bridge.callsOf("bridge.confirmIdentity").length).toBe(1);
    refuse(new Failure({ code: "user-cancelled" }));
    await expect.poll(() => settled?.aborted).toBe(true);
  });
});

describe("a bridge that was installed anew", () => {
  it("forgetIdentity_takesTheNextOne", async () => {
    const stored = environment.localStorage;
    vi.stubGlobal("localStorage", { removeItem: stored.remove, getItem: stored.get, setItem: stored.set });
    meetUsersBridge();
    const renewed = new Installation();
    const bridge = await start((nonce) => renewed.prove(nonce));
    expect(await failureOf(connect([bridge]))).toMatchObject({ code: "identity-changed" });
    UkeyBridge.forgetIdentity();
    await connect([bridge]);
    expect(stored.get(pin)).toBe(renewed.key);
  });
});

describe("identityKeys", () => {
  it("keysOfTheSite_countInsteadOfTheOneMetFirst", async () => {
    environment.localStorage.set(pin, new Installation().key);
    const squatter = await start((nonce) => new Installation().prove(nonce));
    const bridge = await start(usersProof);
    const padded = Buffer.from(users.key, "base64url").toString("base64");
    const connection = await connect([squatter, bridge], { identityKeys: [new Installation().key, padded] });
    expect(connection.isConnected).toBe(true);
    expect(bridge.clients.size).toBe(1);
  });

  it("keysOfTheSite_noneOfThem_isIdentityChanged", async () => {
    const bridge = await start(usersProof);
    expect(await failureOf(connect([bridge], { identityKeys: [new Installation().key] }))).toMatchObject({ code: "identity-changed" });
    expect(environment.localStorage.get(pin)).toBeUndefined();
  });
});

describe("a page that is no secure context", () => {
  it("withoutWebCrypto_saysNothingToAnybody", async () => {
    environment.crypto = { getRandomValues: <T>(array: T) => array } as unknown as Crypto;
    const bridge = await start(usersProof);
    expect(await failureOf(connect([bridge]))).toMatchObject({ code: "insecure-page" });
    expect(environment.opened).toEqual([]);
  });

  it("originOfTheProof_isThePagesOwn", async () => {
    environment.origin = `${siteOrigin}:8443`;
    const bridge = await start(usersProof);
    environment.probeHealth = async () => false;
    expect(await failureOf(connect([bridge]))).toMatchObject({ code: "not-installed" });
  });
});
