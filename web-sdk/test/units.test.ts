import { afterEach, describe, expect, it, vi } from "vitest";
import { Backoff } from "../src/backoff.js";
import { fromBase64Url, toBase64Url } from "../src/base64.js";
import { browserEnvironment } from "../src/environment.js";
import { sdkErrorCodes, wordsFor } from "../src/messages.js";
import { toWebEidToken } from "../src/web-eid.js";

describe("back-off (S37)", () => {
  it("next_growsToTheCapAndStartsAnewAfterReset", () => {
    const backoff = new Backoff(() => 0, 500, 4000);
    expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([500, 1000, 2000, 4000, 4000]);
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });

  it("next_jitterTakesAtMostHalf", () => {
    expect(new Backoff(() => 1, 500, 4000).next()).toBe(250);
  });
});

describe("base64url", () => {
  it("roundTrip_anyBytes_areTheSame", () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, i) => (i * 7) % 256);
    const text = toBase64Url(bytes);
    expect(text).toBe(Buffer.from(bytes).toString("base64url"));
    expect(Buffer.compare(fromBase64Url(text), bytes)).toBe(0);
  });
});

describe("Web eID token", () => {
  it("toWebEidToken_hasBase64OfCertificateAndSignature", () => {
    const token = toWebEidToken(
      {
        format: "web-eid:1",
        algorithm: "ES256",
        certificate: "-----BEGIN CERTIFICATE-----\nMIIB\nAgME\n-----END CERTIFICATE-----\n",
        signature: Buffer.from([0xfb, 0xff, 0xfe, 0x01]).toString("base64url"),
      },
      "https://site.example/1.0",
    );
    expect(token).toEqual({
      unverifiedCertificate: "MIIBAgME",
      algorithm: "ES256",
      signature: "+//+AQ==",
      format: "web-eid:1",
      appVersion: "https://site.example/1.0",
    });
  });
});

describe("words", () => {
  it.each(sdkErrorCodes)("%s_hasWordsInBothLanguages", (code) => {
    for (const locale of ["zh-CN", "en", "fr"]) {
      expect(wordsFor(code, locale).message).not.toBe("");
      expect(wordsFor(code, locale).hint).not.toBe("");
    }
    expect(wordsFor(code, "zh-TW")).toBe(wordsFor(code, "zh-CN"));
    expect(wordsFor(code, "fr")).toBe(wordsFor(code, "en"));
  });
});

describe("origin of the page", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("frameWithoutAnAddress_hasItsPagesOrigin", () => {
    vi.stubGlobal("location", { origin: "null" });
    vi.stubGlobal("origin", "https://site.example");
    expect(browserEnvironment().origin).toBe("https://site.example");
  });

  it("pageWithAVariableOfThatName_hasThatOfItsAddress", () => {
    vi.stubGlobal("location", { origin: "https://site.example" });
    vi.stubGlobal("origin", "北京");
    expect(browserEnvironment().origin).toBe("https://site.example");
  });
});

describe("local-network permission (S63)", () => {
  afterEach(() => vi.unstubAllGlobals());
  const inBrowser = (hostname: string, query: (name: string) => Promise<{ state: string }>) => {
    vi.stubGlobal("location", { hostname, protocol: "https:" });
    vi.stubGlobal("navigator", { permissions: { query: ({ name }: { name: string }) => query(name) } });
    return browserEnvironment().permission();
  };

  it("newName_isAskedFirst", async () => {
    const asked: string[] = [];
    const state = await inBrowser("site.example", async (name) => {
      asked.push(name);
      return { state: "prompt" };
    });
    expect([state, asked]).toEqual(["prompt", ["loopback-network"]]);
  });

  it("olderBrowser_isAskedByTheOlderName", async () => {
    const state = await inBrowser("site.example", async (name) => {
      if (name === "loopback-network") throw new TypeError("unknown name");
      return { state: "denied" };
    });
    expect(state).toBe("denied");
  });

  it("browserThatKnowsNoName_isUngated", async () => {
    const state = await inBrowser("site.example", async () => {
      throw new TypeError("unknown name");
    });
    expect(state).toBe("ungated");
  });

  it.each(["localhost", "127.0.0.1", "[::1]", "portal.localhost"])("pageOn_%s_isUngated", async (host) => {
    expect(await inBrowser(host, async () => ({ state: "denied" }))).toBe("ungated");
  });

  it.each(["localhost.example", "127.0.0.1.example", "site.example"])("pageOn_%s_isGated", async (host) => {
    expect(await inBrowser(host, async () => ({ state: "granted" }))).toBe("granted");
  });
});
