import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "../src/actor.js";
import type { Enrolment, EnrolRequest } from "../src/api.js";
import { UkeyBridge } from "../src/bridge.js";
import { TokenEnrolment } from "../src/enrolment.js";
import { errorFromAnswer } from "../src/errors.js";
import type { Certificate, Enrolment as EnrolmentData, EnrolmentCompleteParams, Progress } from "../src/generated/protocol.js";
import { FakeBridge, type FakeClient, Failure, never, token } from "./fake_bridge.js";
import { failureOf, fakeEnvironment, type FakeEnvironment, nextEvent, quick } from "./fake_environment.js";

let environment: FakeEnvironment;
let bridge: FakeBridge;
const connections: UkeyBridge[] = [];

async function connect(): Promise<UkeyBridge> {
  const connection = await UkeyBridge.connectIn(environment, { ports: [bridge.port] }, quick);
  connections.push(connection);
  return connection;
}

const pemOf = (octets: string) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(octets).toString("base64")}\n-----END CERTIFICATE-----\n`;
const certificate = (id: string, usage: "sign" | "encrypt", more: Partial<Certificate> = {}) =>
  ({ id, token: "t1", usage, pem: pemOf(`der of ${id}`), ...more }) as Certificate;
const written = [certificate("new-sign", "sign"), certificate("new-encrypt", "encrypt")];
const answer = { signCertificate: pemOf("der of new-sign"), encryptCertificate: pemOf("der of new-encrypt") };
const order: EnrolRequest = { kind: "issue", algorithm: "sm2", keys: "new", reference: "A-7" };
const pending = (more: Partial<EnrolmentData> = {}): EnrolmentData => ({
  ...{ id: "e1", kind: "issue", token: "t1", tokenSerial: "S-t1", algorithm: "sm2", state: "waiting" },
  ...{ reference: "A-7", started: "2026-11-25T08:00:00Z", csr: "CSR", proof: "cHJvb2Y" },
  ...more,
});
const step = (number: number, operation = "e1"): Progress => ({ operation, step: number, steps: 5, text: `step ${number}` });
const send = ({ socket }: FakeClient, progress: Progress) =>
  socket.send(JSON.stringify({ jsonrpc: "2.0", method: "progress", params: progress }));

async function stepsOf(enrolment: Enrolment): Promise<number[]> {
  const seen: number[] = [];
  for await (const { step } of enrolment.steps()) seen.push(step);
  return seen;
}

/** The enrolment of one that was begun just now. */
async function enrol(connection: UkeyBridge, request = order): Promise<Enrolment> {
  const [first] = await connection.tokens();
  if (!first) throw new Error("no token");
  return first.enrol(request);
}

beforeEach(async () => {
  environment = fakeEnvironment();
  bridge = await FakeBridge.start();
  bridge.tokens = [token("t1"), token("t2")];
  bridge.on("pin.verify", () => ({}));
  bridge.on("enrolment.list", () => ({ enrolments: [] }));
  bridge.on("enrolment.begin", () => ({ enrolment: "e1", csr: "CSR", proof: "cHJvb2Y", token: token("t1", { room: 2 }) }));
  bridge.on("enrolment.complete", () => ({ certificates: written }));
  bridge.on("enrolment.abort", () => ({}));
});
afterEach(async () => {
  connections.splice(0).forEach((connection) => connection.close());
  await bridge.stop();
});

describe("token.enrol", () => {
  it("keyIsStillMadeForThePageBefore_isWaitedFor_andPickedUp", async () => {
    environment.random = () => 1;
    let asked = 0;
    bridge.on("enrolment.list", () => ({ enrolments: asked < 2 ? [] : [pending()] }));
    bridge.on("enrolment.begin", (_params, client) => {
      asked++;
      send(client, step(1, "enrolment.begin"));
      throw new Failure({ code: "busy", retryable: true });
    });
    expect(await enrol(await connect())).toMatchObject({ id: "e1", resumed: true, csr: "CSR" });
    expect(asked).toBe(2);
  });

  it("pageIsNotLoggedInAnyMore_andTheKeyIsReadyAfterThePin_isPickedUp", async () => {
    bridge.on("enrolment.begin", () => {
      throw new Failure({ code: "pin-required" });
    });
    bridge.on("pin.verify", () => {
      bridge.on("enrolment.list", () => ({ enrolments: [pending()] }));
      return {};
    });
    expect(await enrol(await connect())).toMatchObject({ id: "e1", resumed: true });
  });

  it("bridgeIsBusyWithWhatThisPageNeverBegan_saysSoAtOnce", async () => {
    bridge.on("enrolment.begin", () => {
      throw new Failure({ code: "busy", retryable: true });
    });
    expect(await failureOf(enrol(await connect()))).toMatchObject({ code: "busy" });
    expect(bridge.callsOf("enrolment.begin")).toHaveLength(1);
  });

  it("enrol_nothingPending_beginsAndGivesTheRequest", async () => {
    const connection = await connect();
    const enrolment = await enrol(connection, {
      ...{ kind: "renew", algorithm: "sm2", keys: "keep", reference: "A-7" },
      replaces: certificate("old", "sign"),
      subject: [{ type: "CN", value: "张三" }],
    });
    expect(bridge.callsOf("enrolment.begin")).toEqual([
      {
        ...{ token: "t1", kind: "renew", algorithm: "sm2", keys: "keep", replaces: "old", reference: "A-7" },
        subject: [{ type: "CN", value: "张三" }],
      },
    ]);
    expect(enrolment).toMatchObject({ id: "e1", csr: "CSR", proof: "cHJvb2Y", resumed: false, kind: "renew", tokenSerial: "S-t1" });
    expect(enrolment.token).toMatchObject({ id: "t1", room: 2 });
  });

  it("enrol_withoutALogin_letsTheUserEnterThePinFirst", async () => {
    let loggedIn = false;
    bridge.on("pin.verify", () => {
      loggedIn = true;
      return {};
    });
    bridge.on("enrolment.begin", () => {
      if (!loggedIn) throw new Failure({ code: "pin-required" });
      return { enrolment: "e1", csr: "CSR", token: token("t1") };
    });
    expect(await enrol(await connect())).toMatchObject({ id: "e1", proof: undefined });
    expect(bridge.callsOf("pin.verify")).toEqual([{ token: "t1" }]);
  });

  it("enrol_wrongPin_beginsNothing", async () => {
    bridge.on("enrolment.begin", () => {
      throw new Failure({ code: "pin-required" });
    });
    bridge.on("pin.verify", () => {
      throw new Failure({ code: "pin-incorrect", triesLeft: 3 });
    });
    expect(await failureOf(enrol(await connect()))).toMatchObject({ code: "pin-incorrect", triesLeft: 3 });
    expect(bridge.callsOf("enrolment.begin")).toHaveLength(1);
  });

  it("enrol_aborted_closesTheDialog", async () => {
    bridge.on("enrolment.begin", () => never);
    const [first] = await (await connect()).tokens();
    const controller = new AbortController();
    const call = failureOf(first?.enrol(order, { signal: controller.signal }) ?? Promise.resolve());
    await expect.poll(() => bridge.callsOf("enrolment.begin").length).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({ name: "AbortError" });
    await expect.poll(() => bridge.callsOf("bridge.cancel").length).toBe(1);
  });

  it.each(["waiting", "importing", "finishing"] as const)("enrol_sameOrderPending_%s_isPickedUp", async (state) => {
    bridge.on("enrolment.list", () => ({ enrolments: [pending({ state })] }));
    const enrolment = await enrol(await connect());
    expect(enrolment).toMatchObject({ id: "e1", csr: "CSR", proof: "cHJvb2Y", resumed: true, state });
    expect(enrolment.token?.id).toBe("t1");
    expect(bridge.callsOf("enrolment.begin")).toEqual([]);
  });

  it.each<[string, Partial<EnrolmentData>]>([
    ["otherKind", { kind: "renew" }],
    ["otherReference", { reference: "A-8" }],
    ["otherAlgorithm", { algorithm: "rsa2048" }],
    ["otherToken", { token: "t2" }],
    // Being rolled back: the bridge ends that by itself before it begins anew.
    ["givenUp", { state: "prepared" }],
  ])("enrol_pendingOfAnother_%s_isNotTouched", async (_name, more) => {
    bridge.on("enrolment.list", () => ({ enrolments: [pending({ id: "other", ...more })] }));
    expect(await enrol(await connect())).toMatchObject({ id: "e1", resumed: false });
    expect(bridge.callsOf("enrolment.begin")).toHaveLength(1);
  });
});

describe("enrolment.complete", () => {
  it("complete_sendsTheAnswerAndNoMore", async () => {
    const enrolment = await enrol(await connect());
    const full = { ...answer, encryptionKey: { format: "sm2-enveloped-key", data: "AA" }, chain: ["CA"] } as const;
    const fromServer = { ...full, chain: [...full.chain], orderState: "issued" };
    expect(await enrolment.complete(fromServer)).toEqual({ certificates: written });
    expect(bridge.callsOf("enrolment.complete")).toEqual([{ enrolment: "e1", ...full }]);
  });

  it("steps_ofThisEnrolmentOnly_comeToEveryReaderAndEnd", async () => {
    bridge.on("enrolment.complete", (_params, client) => {
      for (const progress of [step(1), step(9, "other"), step(2), step(3)]) send(client, progress);
      return { certificates: written };
    });
    const enrolment = await enrol(await connect());
    const [early, second] = [stepsOf(enrolment), stepsOf(enrolment)];
    await enrolment.complete(answer);
    expect(await early).toEqual([1, 2, 3]);
    expect(await second).toEqual([1, 2, 3]);
    // Nor is anything lost for one who comes late.
    expect(await stepsOf(enrolment)).toEqual([1, 2, 3]);
  });

  it("steps_areToldWhileTheWorkGoesOn", async () => {
    let finish: (value: unknown) => void = () => undefined;
    bridge.on("enrolment.complete", (_params, client) => {
      send(client, step(1));
      return new Promise((resolve) => (finish = resolve));
    });
    const enrolment = await enrol(await connect());
    const completing = enrolment.complete(answer);
    const steps = enrolment.steps();
    expect((await steps.next()).value).toMatchObject({ step: 1, steps: 5, text: "step 1" });
    finish({ certificates: written });
    expect(await steps.next()).toEqual({ done: true, value: undefined });
    await completing;
  });

  it("complete_refusedAnswer_takesTheNextAndTellsItsStepsAnew", async () => {
    let tries = 0;
    bridge.on("enrolment.complete", (_params, client) => {
      send(client, step(++tries));
      if (tries === 1) throw new Failure({ code: "certificate-mismatch" });
      return { certificates: written };
    });
    const enrolment = await enrol(await connect());
    const first = stepsOf(enrolment);
    expect(await failureOf(enrolment.complete(answer))).toMatchObject({ code: "certificate-mismatch" });
    expect(await first).toEqual([1]);
    const second = stepsOf(enrolment);
    await enrolment.complete(answer);
    expect(await second).toEqual([2]);
  });

  it("complete_loginIsOver_letsTheUserEnterThePinAgain", async () => {
    const enrolment = await enrol(await connect());
    bridge.on("enrolment.complete", () => {
      if (bridge.callsOf("pin.verify").length === 0) throw new Failure({ code: "pin-required" });
      return { certificates: written };
    });
    expect((await enrolment.complete(answer)).certificates).toHaveLength(2);
    expect(bridge.callsOf("pin.verify")).toEqual([{ token: "t1" }]);
  });

  it("abort_rollsBackAndEndsTheSteps", async () => {
    const enrolment = await enrol(await connect());
    const steps = stepsOf(enrolment);
    await enrolment.abort();
    expect(bridge.callsOf("enrolment.abort")).toEqual([{ enrolment: "e1" }]);
    expect(await steps).toEqual([]);
  });
});

describe("a connection lost in mid-complete", () => {
  /** Cuts the first call's connection; the ones after it go to `then`. */
  function cutOnce(then: (params: EnrolmentCompleteParams, client: FakeClient) => unknown): void {
    bridge.on("enrolment.complete", (params, client) => {
      if (bridge.callsOf("enrolment.complete").length > 1) return then(params, client);
      send(client, step(1));
      client.socket.terminate();
      return never;
    });
  }

  it("sameAnswer_isHandedOverAgainAfterTheReconnect", async () => {
    cutOnce((_params, client) => {
      send(client, step(2));
      return { certificates: written };
    });
    const enrolment = await enrol(await connect());
    const steps = stepsOf(enrolment);
    expect((await enrolment.complete(answer)).certificates).toEqual(written);
    const [first, second] = bridge.callsOf("enrolment.complete");
    expect(second).toEqual(first);
    expect((await steps).at(-1)).toBe(2);
  });

  it("bridgeStartsAnewMeanwhile_waitsForItAndThePinIsEnteredAgain", async () => {
    environment.random = () => 1; // The shortest pauses.
    const connection = await connect();
    const enrolment = await enrol(connection);
    bridge.on("enrolment.complete", () => never);
    const completing = enrolment.complete(answer);
    await expect.poll(() => bridge.callsOf("enrolment.complete").length).toBe(1);
    const lost = nextEvent<undefined>((listener) => connection.on("disconnected", listener));
    const { port } = bridge;
    await bridge.stop();
    await lost;
    bridge = await FakeBridge.start(port);
    bridge.on("pin.verify", () => ({}));
    bridge.on("enrolment.complete", () => {
      if (bridge.callsOf("pin.verify").length === 0) throw new Failure({ code: "pin-required" });
      return { certificates: written };
    });
    expect((await completing).certificates).toEqual(written);
  });

  it("bridgeIsStillAtIt_isAskedAgain", async () => {
    environment.random = () => 1;
    let busy = 0;
    cutOnce(() => {
      if (++busy < 2) throw new Failure({ code: "busy", retryable: true });
      return { certificates: written };
    });
    expect((await (await enrol(await connect())).complete(answer)).certificates).toEqual(written);
  });

  it("bridgeHadFinished_theNewCertificatesAreFoundOnTheToken", async () => {
    cutOnce(() => {
      throw new Failure({ code: "enrolment-not-found" });
    });
    const others = [certificate("old-sign", "sign"), certificate("old-encrypt", "encrypt", { history: true })];
    bridge.on("certificates.list", () => ({ certificates: [...others, ...written] }));
    // As p7b and as bare base64: what comes from an RA is not always PEM.
    const bare = Buffer.from("30.. der of new-sign .. chain").toString("base64");
    const other = Buffer.from("der of new-encrypt").toString("base64url");
    const enrolment = await enrol(await connect());
    const done = await enrolment.complete({ signCertificate: bare, encryptCertificate: other });
    expect(done.certificates).toEqual(written);
    expect(bridge.callsOf("certificates.list")).toEqual([{ token: "t1" }]);
  });

  it("rolledBackMeanwhile_isEnrolmentNotFound", async () => {
    cutOnce(() => {
      throw new Failure({ code: "enrolment-not-found" });
    });
    bridge.on("certificates.list", () => ({ certificates: [certificate("old-sign", "sign")] }));
    expect(await failureOf((await enrol(await connect())).complete(answer))).toMatchObject({ code: "enrolment-not-found" });
  });

  it("lostAgain_isConnectionLost", async () => {
    cutOnce((_params, { socket }) => {
      socket.terminate();
      return never;
    });
    const failure = await failureOf((await enrol(await connect())).complete(answer));
    expect(failure).toMatchObject({ code: "connection-lost", retryable: true });
    expect(bridge.callsOf("enrolment.complete")).toHaveLength(2);
  });

  it("pageClosesTheBridge_isClosed", async () => {
    const connection = await connect();
    const enrolment = await enrol(connection);
    bridge.on("enrolment.complete", () => never);
    const completing = failureOf(enrolment.complete(answer));
    await expect.poll(() => bridge.callsOf("enrolment.complete").length).toBe(1);
    connection.close();
    expect(await completing).toMatchObject({ code: "closed" });
  });

  it("notFoundWithoutALoss_isPassedOn", async () => {
    bridge.on("enrolment.complete", () => {
      throw new Failure({ code: "enrolment-not-found" });
    });
    expect(await failureOf((await enrol(await connect())).complete(answer))).toMatchObject({ code: "enrolment-not-found" });
    expect(bridge.callsOf("certificates.list")).toEqual([]);
  });
});

describe("how long complete is patient", () => {
  afterEach(() => void vi.useRealTimers());

  /** An enrolment whose calls end so. A lost connection never comes back. */
  function answered(call: (tell: (step: Progress) => void) => Promise<unknown>): Enrolment {
    vi.useFakeTimers();
    let tell: (step: Progress) => void = () => undefined;
    const actor: Actor = {
      call: () => call(tell) as Promise<never>,
      on: (_event, listener) => {
        tell = listener;
        return () => undefined;
      },
      whenConnected: (signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
      tokenFrom: () => undefined as never,
      random: () => 0,
    };
    return TokenEnrolment.pending(actor, pending(), undefined);
  }
  const refusal = (code: string | undefined) => Promise.reject(errorFromAnswer({ data: { code } }));
  /** With these codes, one after another; the last one stays. */
  const failing = (codes: string[]) => failureOf(answered(() => refusal(codes.length > 1 ? codes.shift() : codes[0])).complete(answer));

  it("bridgeStaysAway_isConnectionLostInTheEnd", async () => {
    const failure = failing(["connection-lost"]);
    await vi.runAllTimersAsync();
    expect(await failure).toMatchObject({ code: "connection-lost" });
  });

  it("bridgeStaysBusy_isBusyInTheEnd", async () => {
    const failure = failing(["busy"]);
    await vi.runAllTimersAsync();
    expect(await failure).toMatchObject({ code: "busy" });
  });

  it("bridgeStaysBusyButGoesOn_isWaitedFor_andAStepThatIsToldTwiceIsOne", async () => {
    let asked = 0;
    const enrolment = answered((tell) => {
      asked++;
      if (asked % 4 === 0) [1, 2].forEach(() => tell(step(asked / 4)));
      return asked < 20 ? refusal("busy") : Promise.resolve({ certificates: written });
    });
    const [steps, done] = [stepsOf(enrolment), enrolment.complete(answer)];
    await vi.runAllTimersAsync();
    expect((await done).certificates).toEqual(written);
    expect(await steps).toEqual([1, 2, 3, 4, 5]);
  });

  it("pageGivesUpMeanwhile_rejectsWithItsReason", async () => {
    const connection = await connect();
    const enrolment = await enrol(connection);
    bridge.on("enrolment.complete", () => never);
    const controller = new AbortController();
    const failure = failureOf(enrolment.complete(answer, { signal: controller.signal }));
    await expect.poll(() => bridge.callsOf("enrolment.complete").length).toBe(1);
    const lost = nextEvent<undefined>((listener) => connection.on("disconnected", listener));
    await bridge.stop();
    await lost;
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await failure).toBe(reason);
    bridge = await FakeBridge.start();
  });
});

describe("bridge.enrolments", () => {
  it("enrolments_afterAReload_areThereWithTheirTokens", async () => {
    bridge.on("enrolment.list", () => {
      const { token: _gone, proof: _none, csr: _notYet, ...unplugged } = pending({ id: "e2", tokenSerial: "S-9", state: "prepared" });
      return { enrolments: [pending({ state: "importing" }), unplugged] };
    });
    const [first, second] = await (await connect()).enrolments();
    expect(first).toMatchObject({ id: "e1", kind: "issue", state: "importing", reference: "A-7", resumed: true, proof: "cHJvb2Y" });
    expect(first?.started).toBe("2026-11-25T08:00:00Z");
    expect(first?.token?.label).toBe("Label t1");
    expect(second).toMatchObject({ id: "e2", tokenSerial: "S-9", token: undefined, csr: "", proof: undefined });
  });

  it("complete_afterAReload_goesOn", async () => {
    bridge.on("enrolment.list", () => ({ enrolments: [pending({ state: "importing" })] }));
    const [first] = await (await connect()).enrolments();
    expect((await first?.complete(answer))?.certificates).toEqual(written);
    await first?.abort();
    expect(bridge.callsOf("enrolment.abort")).toEqual([{ enrolment: "e1" }]);
  });

  it("complete_tokenPluggedInAfterwards_pinIsAskedOnIt", async () => {
    const { token: _gone, ...unplugged } = pending();
    bridge.on("enrolment.list", () => ({ enrolments: [unplugged] }));
    const [first] = await (await connect()).enrolments();
    bridge.on("enrolment.list", () => ({ enrolments: [pending({ token: "t5" })] }));
    bridge.on("enrolment.complete", () => {
      if (bridge.callsOf("pin.verify").length === 0) throw new Failure({ code: "pin-required" });
      return { certificates: written };
    });
    await first?.complete(answer);
    expect(bridge.callsOf("pin.verify")).toEqual([{ token: "t5" }]);
  });

  it("enrolments_none_asksForNoTokens", async () => {
    expect(await (await connect()).enrolments()).toEqual([]);
    expect(bridge.callsOf("tokens.list")).toEqual([]);
  });
});
