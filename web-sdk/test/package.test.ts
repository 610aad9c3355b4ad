// What `npm pack` makes of a fresh checkout: a package that holds all that a developer of pages needs, without a step before.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sdkErrorCodes } from "../src/messages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const checkout = mkdtempSync(`${tmpdir()}/ukey-pack-`);
const sdk = `${checkout}/web-sdk`;

beforeAll(() => {
  // As git has it: nothing built.
  const sources = ["LICENSE", "README.md", "docs/protocol/openrpc.json", "tokenlib/base/messages.cpp"];
  const ofTheSdk = ["package.json", "README.md", "./POLICIES.md", "tsconfig.json", "tsconfig.build.json", "scripts", "src"];
  for (const path of [...sources, ...ofTheSdk.map((each) => `web-sdk/${each}`)]) {
    cpSync(`${root}${path}`, `${checkout}/${path}`, { recursive: true, filter: (from) => !from.includes("/generated") });
  }
  symlinkSync(`${root}web-sdk/node_modules`, `${sdk}/node_modules`);
  execFileSync("npm", ["pack", "--silent"], { cwd: sdk });
  mkdirSync(`${checkout}/unpacked`);
  execFileSync("tar", ["xzf", `${sdk}/ukey-bridge-0.1.0.tgz`, "-C", `${checkout}/unpacked`]);
}, 180_000);
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

describe("the package", () => {
  const file = (path: string) => `${checkout}/unpacked/package/${path}`;
  const text = (path: string) => readFileSync(file(path), "utf8");

  it.each(["dist/index.js", "dist/index.d.ts", "dist/generated/protocol.d.ts", "dist/ukey-bridge.global.js", "dist/pdf.js", "dist/pdf.d.ts", "README.md"])("has_%s", (path) => {
    expect(existsSync(file(path))).toBe(true);
  });

  it("everyEntry_isThere", () => {
    const { exports } = JSON.parse(text("package.json")) as { exports: Record<string, string | Record<string, string>> };
    const files = Object.values(exports).flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry)));
    expect(files.filter((path) => !existsSync(file(path)))).toEqual([]);
  });

  it("asksForPdfLib_onlyOfPagesThatSignPdfs", () => {
    expect(text("dist/index.js") + text("dist/ukey-bridge.global.js")).not.toContain("pdf-lib");
    expect(JSON.parse(text("package.json"))).toMatchObject({ peerDependenciesMeta: { "@cantoo/pdf-lib": { optional: true } } });
  });

  it("hasItsLicence", () => {
    expect(text("LICENSE")).toContain("Apache License");
    expect((JSON.parse(text("package.json")) as { license: string }).license).toBe("Apache-2.0");
  });

  it("explainsEveryCode_inBothLanguages", () => {
    const { components } = JSON.parse(readFileSync(`${root}docs/protocol/openrpc.json`, "utf8")) as {
      components: { schemas: { ErrorCode: { enum: string[] } } };
    };
    const rows = text("./dist/ERRORS.md").split("\n").filter((line) => line.startsWith("| `"));
    const codes = rows.map((row) => /`([\w-]+)`/.exec(row)?.[1]);
    expect(codes.sort()).toEqual([...components.schemas.ErrorCode.enum, ...sdkErrorCodes].sort());
    for (const row of rows) {
      const [, english, , chinese] = row.slice(2).split(" | ");
      expect(english, row).toMatch(/^[A-Z]/);
      expect(chinese, row).toMatch(/\p{Script=Han}/u);
    }
  });

  it("namesTheBrowsersPolicies", () => {
    expect(text("./POLICIES.md")).toContain("LoopbackNetworkAllowedForUrls");
    expect(text("./POLICIES.md")).toContain("SkipDomains");
  });

  it("linksOnlyToWhatIsInIt", () => {
    const links = [...text("README.md").matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path as string);
    expect(links.filter((path) => !existsSync(file(path)))).toEqual([]);
  });
});
