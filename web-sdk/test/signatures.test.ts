// Signing and checking: what goes to the bridge, what comes back, and what is asked for on the way.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UkeyBridge } from "../src/bridge.js";
import { collect, Echo } from "./echo.js";
import { FakeBridge, type FakeClient, Failure } from "./fake_bridge.js";
import { fakeEnvironment } from "./fake_environment.js";

const certificate = { id: "c1", token: "t1" } as never;
const bytes = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 7 + i / 251) & 255);
const octetsOf = async (blob: Blob | undefined) => new Uint8Array(await (blob as Blob).arrayBuffer());
const base64Url = (text: string) => Buffer.from(text).toString("base64url");

let fake: FakeBridge;
let bridge: UkeyBridge;
let logins: unknown[];

beforeEach(async () => {
  fake = await FakeBridge.start();
  logins = [];
  fake.on("pin.verify", (params) => {
    logins.push(params);
    return {};
  });
  fake.on("sign.data", (params, client) => new Echo(client, 10_000, undefined, { algorithm: "SM2SM3" }).begin(params as never));
  bridge = await UkeyBridge.connectIn(fakeEnvironment(), { ports: [fake.port] });
});
afterEach(async () => {
  bridge.close();
  await fake.stop();
});

/** Refuses as long as nobody is logged in. */
function needingLogin<Params, Result>(handler: (params: Params, client: FakeClient) => Result) {
  return (params: Params, client: FakeClient): Result => {
    if (logins.length === 0) throw new Failure({ code: "pin-required" });
    return handler(params, client);
  };
}

describe("signing", () => {
  it("file_goesAsAStream_andTheSignatureComesAsABlob", async () => {
    const progress: unknown[] = [];
    const file = new File([bytes(300_000)], "标书.pdf");
    const signed = await bridge.sign(file, certificate, { onProgress: (...now) => progress.push(now) });
    expect(signed.algorithm).toBe("SM2SM3");
    expect(Buffer.compare(await octetsOf(signed.signature), bytes(300_000))).toBe(0);
    expect(progress.at(-1)).toEqual([300_000, 300_000]);
    expect(fake.callsOf("sign.data")).toEqual([{ certificate: "c1", format: "cms", description: "标书.pdf", stream: 1, output: "stream" }]);
  });

  it("form_isPassedOn", async () => {
    const { signal } = new AbortController();
    await bridge.sign(bytes(3), "c1", { format: "pkcs7", detached: false, family: "cms", attributes: false, signingTime: false, chain: false, issuers: ["PEM"], description: "x", signal });
    const [params] = fake.callsOf("sign.data");
    expect(params).toMatchObject({ certificate: "c1", format: "pkcs7", detached: false, family: "cms", attributes: false, signingTime: false, chain: false, issuers: ["PEM"], description: "x" });
  });

  it("pageThatIsNotLoggedIn_logsInOnce_andNothingOfTheContentIsLost", async () => {
    fake.on("sign.data", needingLogin((params, client) => new Echo(client, 10_000, undefined, { algorithm: "RS256" }).begin(params as never)));
    const signed = await bridge.sign(new Blob([bytes(50_000)]).stream(), certificate);
    expect(Buffer.compare(await octetsOf(signed.signature), bytes(50_000))).toBe(0);
    expect(logins).toEqual([{ token: "t1" }]);
  });

  it("loginThatEndsAfterTheContentWasTaken_isNotRepeatedWithoutIt", async () => {
    fake.on("sign.data", async ({ stream }, client) => {
      await collect(client, stream as number);
      throw new Failure({ code: "pin-required" });
    });
    await expect(bridge.sign(bytes(50_000), certificate)).rejects.toMatchObject({ code: "pin-required" });
    expect(logins).toEqual([]);
    expect(fake.callsOf("sign.data")).toHaveLength(1);
  });

  it("refusal_abortsTheStreamThatWaitedForTheSignature", async () => {
    fake.on("sign.data", () => {
      throw new Failure({ code: "user-cancelled" });
    });
    let reason: unknown;
    const into = new WritableStream<Uint8Array>({ abort: (why) => void (reason = why) });
    await expect(bridge.sign(bytes(10), certificate, { into })).rejects.toMatchObject({ code: "user-cancelled" });
    await expect.poll(() => reason).toMatchObject({ code: "user-cancelled" });
  });

  it("signatureBesideOthers_goesWithTheMessageThatHasThem_overContentOfAnySize", async () => {
    fake.on("sign.data", needingLogin((params, client) => new Echo(client, 10_000, undefined, { algorithm: "ES256" }).begin(params as never)));
    const signed = await bridge.sign(new Blob([new Uint8Array(5_000_000)]), certificate, { add: new Blob(["first"]) });
    expect(signed.algorithm).toBe("ES256");
    expect((await octetsOf(signed.signature)).length).toBe(5_000_000);
    expect(fake.callsOf("sign.data").at(-1)).toEqual({ certificate: "c1", format: "cms", add: base64Url("first"), stream: 3, output: "stream" });
    expect(logins).toHaveLength(1);
  });

  it("messageThatIsTooLargeToBeAddedTo_isRefusedBeforeAnythingIsSent", async () => {
    const adding = bridge.sign(bytes(3), certificate, { add: new Blob([new Uint8Array(4 * 1024 * 1024 + 1)]) });
    await expect(adding).rejects.toMatchObject({ code: "too-large" });
    expect(fake.callsOf("sign.data")).toEqual([]);
  });
});

describe("signing a list", () => {
  it("files_areSignedUnderOneCall_inTheirOrder", async () => {
    fake.on("sign.batch", needingLogin(({ items }) => ({ signatures: (items as { name: string }[]).map(({ name }) => base64Url(`of ${name}`)), algorithm: "SM2SM3" })));
    const progress: unknown[] = [];
    const items = [new File(["one"], "1.pdf"), { name: "2.pdf", content: new Blob(["two"]).stream() }, { name: "3.pdf", content: bytes(3) }];
    const signed = await bridge.signAll(items, certificate, { format: "pkcs7", onProgress: (...now) => progress.push(now) });
    expect(await Promise.all(signed.map(async ({ name, signature }) => [name, await signature.text()]))).toEqual([
      ["1.pdf", "of 1.pdf"],
      ["2.pdf", "of 2.pdf"],
      ["3.pdf", "of 3.pdf"],
    ]);
    expect(fake.callsOf("sign.batch").at(-1)).toMatchObject({ certificate: "c1", format: "pkcs7", items: [{ name: "1.pdf", data: base64Url("one") }, {}, {}] });
    expect(progress).toEqual([[3, undefined], [6, undefined], [9, undefined]]);
    expect(logins).toHaveLength(1);
  });

  it.each([
    ["contents", (): { name: string; content: Uint8Array }[] => Array.from({ length: 3 }, (_, i) => ({ name: `${i}`, content: new Uint8Array(2_200_000) }))],
    ["names", () => Array.from({ length: 11_000 }, () => ({ name: "标".repeat(256), content: new Uint8Array() }))],
  ])("list_with too much of %s_isTooLarge_andTheConnectionStays", async (_, items) => {
    await expect(bridge.signAll(items(), certificate)).rejects.toMatchObject({ code: "too-large" });
    expect(fake.callsOf("sign.batch")).toEqual([]);
  });

  it("listThatJustFits_goes", async () => {
    fake.on("sign.batch", ({ items }) => ({ signatures: (items as unknown[]).map(() => "AA"), algorithm: "SM2SM3" }));
    const items = Array.from({ length: 3 }, (_, i) => ({ name: `${i}`, content: new Uint8Array(2_000_000) }));
    expect(await bridge.signAll(items, certificate)).toHaveLength(3);
  });

  it("fileThatIsTooLargeForAList_isRefusedBeforeItIsReadToItsEnd", async () => {
    let read = 0;
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(bytes((read += 65_536) && 65_536)) });
    await expect(bridge.signAll([{ name: "big", content: endless }], certificate)).rejects.toMatchObject({ code: "too-large" });
    expect(read).toBeLessThan(5 * 1024 * 1024);
    expect(fake.callsOf("sign.batch")).toEqual([]);
  });
});

describe("checking", () => {
  const verdict = { valid: true, signers: [{ valid: true }] };

  it("content_goesAsAStream_besideTheSignature", async () => {
    let seen: Buffer | undefined;
    fake.on("signature.verify", async ({ stream }, client) => {
      seen = await collect(client, stream as number);
      return verdict;
    });
    const progress: unknown[] = [];
    const result = await bridge.verify(new Blob([bytes(300_000)]), new Blob(["signature"]), {
      ...{ trusted: ["ROOT"], certificate: { pem: "PEM" }, format: "raw", onProgress: (octets: number) => progress.push(octets) },
    });
    expect(result).toEqual(verdict);
    expect(Buffer.compare(seen as Buffer, bytes(300_000))).toBe(0);
    expect(progress.at(-1)).toBe(300_000);
    expect(fake.callsOf("signature.verify")).toEqual([{ format: "raw", signature: base64Url("signature"), certificate: "PEM", trusted: ["ROOT"], stream: 1 }]);
  });

  it("messageWithItsContent_goesAlone", async () => {
    fake.on("signature.verify", () => verdict);
    for (const signature of [base64Url("m"), new Uint8Array(Buffer.from("m")), new Blob(["m"])]) {
      expect(await bridge.verify(undefined, signature)).toEqual(verdict);
    }
    expect(fake.callsOf("signature.verify")).toEqual(Array(3).fill({ format: "cms", signature: base64Url("m") }));
  });

  it("signal_endsIt", async () => {
    const controller = new AbortController();
    const began = new Promise<void>((resolve) => {
      fake.on("signature.verify", async ({ stream }, client) => {
        resolve();
        await collect(client, stream as number);
        return verdict;
      });
    });
    let cancelled: unknown;
    const endless = new ReadableStream<Uint8Array>({ pull: (c) => c.enqueue(bytes(1000)), cancel: (why) => void (cancelled = why) });
    const checking = bridge.verify(endless, "AA", { signal: controller.signal });
    await began;
    controller.abort(new Error("enough"));
    await expect(checking).rejects.toThrow("enough");
    await expect.poll(() => cancelled).toMatchObject({ message: "enough" });
  });
});
