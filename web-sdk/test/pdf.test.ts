// Signatures in PDF files, judged by poppler's pdfsig; OpenSSL's command signs in the bridge's place.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { PDFDocument } from "@cantoo/pdf-lib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UkeyBridge } from "../src/bridge.js";
import { signPdf } from "../src/pdf.js";

const folder = mkdtempSync(`${tmpdir()}/ukey-pdf-`);
const run = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

/** Signs as `sign.data` with `cms` does: CAdES, detached. */
const openssl: Pick<UkeyBridge, "sign"> = {
  async sign(content, certificate, { format, family, detached, signingTime } = {}) {
    expect([certificate, format, family, detached, signingTime]).toEqual(["c1", "cms", "cms", true, false]);
    writeFileSync(`${folder}/content`, new Uint8Array(await (content as Blob).arrayBuffer()));
    run("openssl", ..."cms -sign -binary -cades -in content -signer cert.pem -inkey key.pem -outform DER -out signature".split(" "));
    return { algorithm: "RS256", signature: new Blob([readFileSync(`${folder}/signature`)]) };
  },
};
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const verdictOn = (pdf: Uint8Array) => {
  writeFileSync(`${folder}/judged.pdf`, pdf);
  return run("sh", "-c", "pdfsig -nocert judged.pdf; true");
};

async function pdf(useObjectStreams: boolean, withForm = false): Promise<Uint8Array<ArrayBuffer>> {
  const document = await PDFDocument.create();
  const page = document.addPage([300, 200]);
  page.drawText("Bid", { x: 20, y: 100 });
  if (withForm) document.getForm().createTextField("amount").addToPage(page);
  return (await document.save({ useObjectStreams })) as Uint8Array<ArrayBuffer>;
}

/** The same by Cairo. */
function rewritten(pdf: Uint8Array): Uint8Array<ArrayBuffer> {
  writeFileSync(`${folder}/before.pdf`, pdf);
  run("pdftocairo", "-pdf", "before.pdf", "after.pdf");
  return new Uint8Array(readFileSync(`${folder}/after.pdf`));
}

beforeAll(() => {
  run("openssl", ..."req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 -subj /CN=Bidder".split(" "));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("signing a PDF", () => {
  it.each([
    ["a classical table", () => pdf(false)],
    ["object streams", () => pdf(true)],
    ["a form", () => pdf(true, true)],
    ["another program's hand", async () => rewritten(await pdf(false))],
  ])("file_with %s_isSignedAsAWhole_andWhatWasThereStaysToTheOctet", async (_, make) => {
    const original = await make();
    const signed = await bytesOf(await signPdf(openssl, original, "c1", { reason: "投标", location: "杭州", name: "张三" }));
    expect(Buffer.compare(signed.subarray(0, original.length), original)).toBe(0);
    const verdict = verdictOn(signed);
    expect(verdict).toContain("Signature is Valid.");
    expect(verdict).toContain("ETSI.CAdES.detached");
    expect(verdict).toContain("Total document signed");
    expect(run("pdftotext", "judged.pdf", "-")).toContain("Bid");
    expect((await PDFDocument.load(signed)).getPageCount()).toBe(1);
  });

  it("secondSignature_leavesTheFirstValid", async () => {
    const once = await signPdf(openssl, new Blob([await pdf(true)]), "c1");
    const verdict = verdictOn(await bytesOf(await signPdf(openssl, once, "c1")));
    expect(verdict.match(/Signature is Valid\./g)).toHaveLength(2);
    expect(verdict).toContain("Signature2");
  });

  it("changeAfterwards_isNoticed", async () => {
    const signed = await bytesOf(await signPdf(openssl, await pdf(false), "c1"));
    const at = Buffer.from(signed).indexOf("300 200");
    signed[at] = "4".charCodeAt(0);
    expect(verdictOn(signed)).toContain("Digest Mismatch");
  });

  it("whatIsNoPdf_isRefusedAndNeverSigned", async () => {
    const never: Pick<UkeyBridge, "sign"> = { sign: () => expect.unreachable() };
    await expect(signPdf(never, new Blob(["not a PDF"]), "c1")).rejects.toThrow();
  });
});
