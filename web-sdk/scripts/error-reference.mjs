// Writes the reference of errors into dist: every code that a UkeyError can carry, with the words that users get. The bridge's codes come from the
// protocol's description and its words from its catalogue, the SDK's from src/messages.ts.
import { transformSync } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const { components } = JSON.parse(read("../../docs/protocol/openrpc.json"));
const text = String.raw`((?:"(?:[^"\\]|\\.)*"\s*)+)`;
const entry = new RegExp(String.raw`Message\{\s*"((?:error|hint)\.[\w-]+)",\s*${text},\s*${text}\}`, "g");
const joined = (literals) => [...literals.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => JSON.parse(`"${part}"`)).join("");
const catalogue = new Map([...read("../../tokenlib/base/messages.cpp").matchAll(entry)].map(([, key, zh, en]) => [key, { zh: joined(zh), en: joined(en) }]));

function bridgeRow(code) {
  const [message, hint] = ["error", "hint"].map((kind) => catalogue.get(`${kind}.${code}`));
  if (!message || !hint) throw new Error(`there are no words for ${code} in tokenlib/base/messages.cpp`);
  return [code, message.en, hint.en, message.zh, hint.zh];
}

const { code: messages } = transformSync(read("../src/messages.ts"), { loader: "ts", format: "esm" });
const { sdkErrorCodes, wordsFor } = await import(`data:text/javascript,${encodeURIComponent(messages)}`);
function sdkRow(code) {
  const [en, zh] = ["en", "zh-CN"].map((locale) => wordsFor(code, locale));
  return [code, en.message, en.hint, zh.message, zh.hint];
}

const table = (rows) => ["| code | what happened | what the user can do | 发生了什么 | 用户可以怎么做 |", "|---|---|---|---|---|",
  ...rows.map(([code, ...words]) => `| \`${code}\` | ${words.map((each) => each.replaceAll("|", "\\|")).join(" | ")} |`)].join("\n");

writeFileSync(new URL("../dist/ERRORS.md", import.meta.url), `# Codes of a UkeyError

Made by the build; \`code\` is stable, the words are those of this version.

## Found by the SDK

${table(sdkErrorCodes.map(sdkRow))}

## From the bridge

${table(components.schemas.ErrorCode.enum.map(bridgeRow))}
`);
