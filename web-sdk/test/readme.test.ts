// The README's examples are what page developers copy: each must compile against the built package, and the login must work.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket as NodeWebSocket } from "ws";
import { DEFAULT_PORTS } from "../src/generated/protocol.js";
import { FakeBridge, token } from "./fake_bridge.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}node_modules/.readme/`;
const readme = readFileSync(`${root}README.md`, "utf8");

/** What the reader's own page would have. */
const ofThePage = `
import type { Certificate } from "ukey-bridge";
declare global {
  function chooseCertificate(certificates: Certificate[]): Promise<Certificate>;
  function showDownload(): void;
  function showMessage(text: string): void;
}
`;

function example(name: string): string {
  const code = new RegExp("```ts " + name + "\\n([\\s\\S]*?)```").exec(readme)?.[1];
  if (!code) throw new Error(`the README has no example ${name}`);
  return code;
}

beforeAll(() => {
  if (!existsSync(`${root}dist/index.d.ts`)) throw new Error("build the package first: npm run build");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}node_modules`, { recursive: true });
  writeFileSync(`${folder}page.d.ts`, ofThePage);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("README", () => {
  it("examples_compileAgainstThePackage", () => {
    const files = ["login", "errors"].map((name) => {
      writeFileSync(`${folder}${name}.ts`, example(name));
      return `${folder}${name}.ts`;
    });
    const program = ts.createProgram([...files, `${folder}page.d.ts`], {
      strict: true,
      noEmit: true,
      skipDefaultLibCheck: true,
      target: ts.ScriptTarget.ES2021,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ["lib.es2021.d.ts", "lib.dom.d.ts"],
      types: [],
      paths: { "ukey-bridge": [`${root}dist/index.d.ts`] },
    });
    const problems = ts.getPreEmitDiagnostics(program).map((problem) => ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
    expect(problems).toEqual([]);
  }, 120_000);

  it("example_login_logsIn", async () => {
    const bridge = await FakeBridge.start();
    const certificate = { id: "c1", token: "t1", usage: "sign" };
    const auth = { format: "web-eid:1.0", algorithm: "SM2SM3", certificate: "PEM", signature: "AAAA" };
    bridge.tokens = [token("t1")];
    bridge.on("certificates.list", () => ({ certificates: [certificate] }));
    bridge.on("pin.verify", () => ({}));
    bridge.on("auth.sign", () => auth);

    // The README connects to the usual ports; here the first of them leads to the fake bridge.
    const bundled = await build({
      stdin: { contents: example("login"), loader: "ts", resolveDir: root },
      alias: { "ukey-bridge": `${root}dist/index.js` },
      bundle: true,
      write: false,
      format: "iife",
      globalName: "example",
    });
    const posts: string[] = [];
    const pagesVisited: string[] = [];
    const sandbox = createContext({
      WebSocket: class extends NodeWebSocket {
        constructor(url: string, protocol: string) {
          super(url.replace(`:${DEFAULT_PORTS[0]}/`, `:${bridge.port}/`), protocol, { origin: "https://site.example" });
          this.on("error", () => undefined);
        }
      },
      ...{ setTimeout, clearTimeout, queueMicrotask, AbortController, DOMException, URL, TextEncoder, console },
      location: { hostname: "site.example", protocol: "https:", assign: (page: string) => pagesVisited.push(page) },
      chooseCertificate: async ([first]: unknown[]) => first,
      fetch: async (_url: string, { body }: { body: string }) => void posts.push(body),
    });
    runInContext(bundled.outputFiles[0]?.text ?? "", sandbox);
    await runInContext("example.login('the-challenge')", sandbox);
    expect(posts.map((body) => JSON.parse(body) as unknown)).toEqual([{ auth, challenge: "the-challenge" }]);

    await expect.poll(() => bridge.callsOf("tokens.list").length).toBe(1);
    bridge.notify("tokens.changed", { event: "removed", token: token("t1") });
    await expect.poll(() => pagesVisited).toEqual(["/logout"]);
    await bridge.stop();
  });
});

describe("script-tag build", () => {
  it("global_hasTheClassAndWhatHangsOnIt", () => {
    const sandbox = createContext({ AbortController });
    runInContext(readFileSync(`${root}dist/ukey-bridge.global.js`, "utf8"), sandbox);
    const shape: unknown = runInContext(
      "[typeof UkeyBridge.connect, typeof UkeyBridge.UkeyError, typeof UkeyBridge.toWebEidToken, UkeyBridge.SDK_VERSION]",
      sandbox,
    );
    const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string };
    expect(Array.from(shape as string[])).toEqual(["function", "function", "function", version]);
  });

  it.each(["index.js", "ukey-bridge.global.js"])("%s_hasNoEval_S37", (file) => {
    expect(readFileSync(`${root}dist/${file}`, "utf8")).not.toMatch(/\beval\(|new Function\(|XMLHttpRequest/);
  });
});
