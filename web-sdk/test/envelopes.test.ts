// Content of any size through streams: order, credit, back-pressure, and what is whole.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UkeyBridge } from "../src/bridge.js";
import { Echo } from "./echo.js";
import { FakeBridge, Failure, never } from "./fake_bridge.js";
import { fakeEnvironment } from "./fake_environment.js";

const pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

let fake: FakeBridge;
let bridge: UkeyBridge;
let echo: Echo;

function content(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + i / 251) & 255);
}
async function bytesIn(blob: Blob | undefined): Promise<Uint8Array> {
  return new Uint8Array(await (blob as Blob).arrayBuffer());
}
/** toEqual looks at each octet by itself, which takes seconds where this takes none. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
function echoing(window?: number, failure?: { code: string }): void {
  for (const method of ["envelope.seal", "envelope.open"] as const) {
    fake.on(method, (params, client) => (echo = new Echo(client, window, failure)).begin(params as { stream: number }));
  }
}

beforeEach(async () => {
  fake = await FakeBridge.start();
  echoing();
  bridge = await UkeyBridge.connectIn(fakeEnvironment(), { ports: [fake.port] });
});
afterEach(async () => {
  bridge.close();
  await fake.stop();
});

/** A sink that says how it ended. */
function sink(write: (octets: Uint8Array) => Promise<void> | void = () => undefined) {
  const seen = { closed: false, aborted: undefined as unknown, octets: 0 };
  const stream = new WritableStream<Uint8Array>({
    async write(octets) {
      seen.octets += octets.length;
      await write(octets);
    },
    close: () => void (seen.closed = true),
    abort: (reason) => void (seen.aborted = reason),
  });
  return { seen, stream };
}

describe("sealing and opening", () => {
  it("blobsArraysAndStreams_comeOutWhole_withProgress", async () => {
    const bytes = content(300_000);
    const progress: [number, number | undefined][] = [];
    const onProgress = (octets: number, total: number | undefined) => void progress.push([octets, total]);
    for (const source of [bytes, bytes.buffer, new Blob([bytes])]) {
      expect(equal(await bytesIn(await bridge.seal(source, [[pem]], { onProgress })), bytes)).toBe(true);
      expect(progress.at(-1)).toEqual([300_000, 300_000]);
    }
    expect(equal(await bytesIn(await bridge.seal(new Blob([bytes]).stream(), [[pem]])), bytes)).toBe(true);
    expect(await bytesIn(await bridge.seal(new Uint8Array(), [[pem]]))).toEqual(new Uint8Array());
  });

  it("paramsOfTheCall_areThoseOfTheProtocol", async () => {
    await bridge.seal(content(10), [[pem, { pem }], [pem]], { cipher: "sm4-gcm", keyIdentifiers: true });
    expect(echo.params).toEqual({ layers: [[pem, pem], [pem]], cipher: "sm4-gcm", keyIdentifiers: true, stream: 1, output: "stream" });
    const opened = await bridge.open(new File([content(10)], "标书.sealed"));
    expect(opened.certificate).toBe("c1");
    expect(echo.params).toEqual({ description: "标书.sealed", size: 10, stream: 3, output: "stream" });
  });

  it("messageThatIsSignedToo_bringsWhatItsSignaturesAreWorth", async () => {
    const signature = { valid: false, reason: "content-changed", signers: [{ valid: false, reason: "content-changed" }] };
    fake.on("envelope.open", (params, client) =>
      (echo = new Echo(client, undefined, undefined, { certificate: "c1", signature })).begin(params as { stream: number }),
    );
    const opened = await bridge.open(content(10), { signer: { pem }, trusted: [pem] });
    expect(opened.signature).toEqual(signature);
    expect(await bytesIn(opened.content)).toEqual(content(10));
    expect(echo.params).toMatchObject({ signer: pem, trusted: [pem] });
    const { stream } = sink();
    expect(await bridge.open(content(10), { into: stream })).toEqual({ certificate: "c1", signature });
    echoing();
    expect("signature" in (await bridge.open(content(10)))).toBe(false);
  });

  it("slowWriter_isNotOverrun", async () => {
    echoing(10_000_000);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { seen, stream } = sink(() => held);
    const sealing = bridge.seal(content(3_000_000), [[pem]], { into: stream });
    // The next answer comes after everything that the bridge had to say before.
    while (!echo || echo.received.at(-1) !== 0) await bridge.tokens();
    await expect.poll(() => echo.credit).toBe(0);
    await bridge.tokens();
    expect(seen.octets).toBeLessThanOrEqual(512 * 1024);
    release();
    await sealing;
    expect(seen).toMatchObject({ octets: 3_000_000, closed: true, aborted: undefined });
  });

  it("contentThatTurnsOutCorrupt_isAbortedAndNeverClosed", async () => {
    echoing(10_000, { code: "content-corrupt" });
    const { seen, stream } = sink();
    await expect(bridge.open(content(50_000), { into: stream })).rejects.toMatchObject({ code: "content-corrupt" });
    expect(seen.closed).toBe(false);
    expect(seen.aborted).toMatchObject({ code: "content-corrupt" });
    await expect(bridge.open(content(50_000))).rejects.toMatchObject({ code: "content-corrupt" });
  });

  it("refusal_saysWhoseTokenIsMissing", async () => {
    const recipients = [{ issuer: "CN=CA", serialNumber: "0a" }];
    fake.on("envelope.open", () => {
      throw new Failure({ code: "recipient-not-found", recipients } as never);
    });
    const { seen, stream } = sink();
    const opening = bridge.open(content(10), { into: stream });
    await expect(opening).rejects.toMatchObject({ code: "recipient-not-found", recipients });
    expect(seen.aborted).toBeDefined();
  });

  it("signal_endsTheStreamAtBothEnds", async () => {
    const controller = new AbortController();
    const { seen, stream } = sink(() => controller.abort(new Error("enough")));
    const sealing = bridge.seal(content(3_000_000), [[pem]], { into: stream, signal: controller.signal });
    await expect(sealing).rejects.toThrow("enough");
    await bridge.tokens();
    expect(echo.aborted).toContain(2);
    expect(seen.closed).toBe(false);
    expect(seen.aborted).toBeDefined();
  });

  it("sourceThatFails_failsTheCall", async () => {
    const source = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error("disk")) });
    fake.on("envelope.seal", (params, client) => {
      (echo = new Echo(client)).begin(params as never);
      return never;
    });
    await expect(bridge.seal(source, [[pem]])).rejects.toThrow("disk");
    await bridge.tokens();
    expect(echo.aborted).toContain(1);
  });

  it("lostConnection_leavesNothingThatLooksWhole", async () => {
    const { seen, stream } = sink(() => fake.dropClients());
    const sealing = bridge.seal(content(3_000_000), [[pem]], { into: stream });
    await expect(sealing).rejects.toMatchObject({ code: "connection-lost" });
    expect(seen.closed).toBe(false);
    expect(seen.aborted).toBeDefined();
  });
});

describe("looking", () => {
  it("onlyTheBeginning_isSent", async () => {
    fake.on("envelope.inspect", () => ({ family: "gm", cipher: "sm4-cbc", recipients: [] }));
    await bridge.inspect(new Blob([content(500_000)]));
    const [params] = fake.callsOf("envelope.inspect") as { envelope: string }[];
    expect(Buffer.from(params?.envelope ?? "", "base64url")).toHaveLength(64 * 1024);
  });
});
