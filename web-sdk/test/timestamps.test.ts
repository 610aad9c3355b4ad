// Time stamps: what goes to the bridge, what to the authority, and what comes back.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UkeyBridge } from "../src/bridge.js";
import { FakeBridge, Failure } from "./fake_bridge.js";
import { fakeEnvironment } from "./fake_environment.js";

const base64Url = (text: string) => Buffer.from(text).toString("base64url");
const textIn = async (blob: Blob) => Buffer.from(await blob.arrayBuffer()).toString();

let fake: FakeBridge;
let bridge: UkeyBridge;

beforeEach(async () => {
  fake = await FakeBridge.start();
  fake.on("sign.timestamp", ({ response }) => (response === undefined ? { request: base64Url("question") } : { signature: base64Url("stamped") }));
  bridge = await UkeyBridge.connectIn(fakeEnvironment(), { ports: [fake.port] });
});
afterEach(async () => {
  bridge.close();
  await fake.stop();
});

describe("time stamps", () => {
  it("question_goesToTheAuthority_andItsAnswerIntoTheMessage", async () => {
    const asked: Blob[] = [];
    const ask = async (request: Blob) => {
      asked.push(request);
      return new Blob(["answer"]);
    };
    const stamped = await bridge.timestamp(new Blob(["message"]), ask, { trusted: ["root"] });
    expect(await textIn(stamped)).toBe("stamped");
    expect(asked.map(({ type }) => type)).toEqual(["application/timestamp-query"]);
    expect(await textIn(asked[0] as Blob)).toBe("question");
    const signature = base64Url("message");
    expect(fake.callsOf("sign.timestamp")).toEqual([{ signature }, { signature, response: base64Url("answer"), trusted: ["root"] }]);
  });

  it("authorityThatIsNotReached_isToldAsItIs_andNothingIsPutIn", async () => {
    const failure = new Error("502");
    await expect(bridge.timestamp("bWVzc2FnZQ", () => Promise.reject(failure))).rejects.toBe(failure);
    expect(fake.callsOf("sign.timestamp")).toEqual([{ signature: "bWVzc2FnZQ" }]);
  });

  it("answerThatIsNone_isRefusedByTheBridge", async () => {
    fake.on("sign.timestamp", ({ response }) => {
      if (response !== undefined) throw new Failure({ code: "bad-request" });
      return { request: base64Url("question") };
    });
    const answer = async () => new TextEncoder().encode("<html>");
    await expect(bridge.timestamp(new Uint8Array([1]), answer)).rejects.toMatchObject({ code: "bad-request" });
  });
});
