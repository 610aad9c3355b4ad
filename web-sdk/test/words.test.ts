// One name and one word everywhere: on the pages, in the bridge's windows and answers, in the SDK's errors, in both languages.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const file = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const sources = [
  "web-sdk/src/messages.ts",
  "tokenlib/base/messages.cpp",
  "sandbox/ra/refusal.cpp",
  "sandbox/ra/accounts.cpp",
  "sandbox/ra/orders.cpp",
  "sandbox/ra/unlocks.cpp",
  "sandbox/trading/bid_refusal.cpp",
  "sandbox/trading/documents.cpp",
  "sandbox/trading/refusal_texts.cpp",
  ...["bid_words", "catalogue", "download_words", "portal_words", "tender_words", "unlock_words", "wizard_words"].map((name) => `sandbox/web/src/shared/${name}.ts`),
];

/** All literals of a source, as users of the one or the other language get them. */
function literalsOf(path: string): { chinese: string[]; english: string[] } {
  const named = /\{\w+\}|pinentry[\w-]*/g; // Places to fill in, and the name of a program.
  const all = [...file(path).matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, text]) => (text as string).replaceAll(named, "…"));
  const isChinese = (text: string) => /\p{Script=Han}/u.test(text);
  // Texts have words in them; keys and names of files have none.
  return { chinese: all.filter(isChinese), english: all.filter((text) => !isChinese(text) && /[a-z] [a-z]/.test(text)) };
}

describe("words", () => {
  it.each(sources)("inChinese_of %s_areUkey助手And密码", (path) => {
    const { chinese } = literalsOf(path);
    expect(chinese.length).toBeGreaterThan(0);
    expect(chinese.filter((text) => /PIN|组件|控件|中间件|客户端|介质|口令|Ukey Bridge(?! 的演示)/i.test(text))).toEqual([]);
  });

  it.each(sources)("inEnglish_of %s_areUkeyBridgeAndUkey", (path) => {
    const { english } = literalsOf(path);
    expect(english.filter((text) => /\bthe bridge\b|\b(?:the|a|your) token\b|\btoken software\b|\b[Uu]key helper\b|\bpassword\b|\bU-?[Kk]ey\b(?<!Ukey)|\bUSB (?:token|key)\b/.test(text))).toEqual([]);
  });
});
