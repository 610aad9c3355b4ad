import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
// @ts-expect-error: a script without types.
import { importCycles as cyclesIn } from "../scripts/import-cycles.mjs";

const importCycles = cyclesIn as (folder: string) => string[][];
const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describe("imports", () => {
  it.each([
    ["the SDK", "../src"],
    ["the sandbox's pages", "../../sandbox/web/src"],
  ])("of %s_goInNoCircle", (_, path) => {
    expect(importCycles(folder(path))).toEqual([]);
  });

  it("ofAPlantedCircle_areFound", () => {
    const planted = mkdtempSync(`${tmpdir()}/ukey-cycle-`);
    writeFileSync(`${planted}/a.ts`, 'import type { B } from "./b.js";\nexport type A = B;');
    writeFileSync(`${planted}/b.ts`, 'export { c as B } from "./c";');
    writeFileSync(`${planted}/c.tsx`, 'import "typescript";\nimport type { A } from "./a";\nexport const c: A | 1 = 1;');
    expect(importCycles(planted)).toEqual([["a.ts", "b.ts", "c.tsx", "a.ts"]]);
    rmSync(planted, { recursive: true });
  });
});
