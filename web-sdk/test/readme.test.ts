// The READMEs' examples are what page developers copy: each must compile against the built package, and do what it says.
import { webcrypto } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { fileURLToPath } from "node:url";
import { PDFDocument } from "@cantoo/pdf-lib";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket as NodeWebSocket } from "ws";
import { DEFAULT_PORTS } from "../src/generated/protocol.js";
import { collect, Echo } from "./echo.js";
import { FakeBridge, siteOrigin, token } from "./fake_bridge.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}node_modules/.readme/`;
const readme = readFileSync(`${root}README.md`, "utf8");
const rootReadme = readFileSync(`${root}../README.md`, "utf8");
const names = ["login", "enrolment", "unlock", "sign", "timestamp", "pdf", "save", "identity", "errors"];

/** As much of the schema of the configuration as is looked at. */
interface Schema {
  properties: Record<string, Schema>;
  items?: Schema;
  enum?: string[];
}

interface Configuration {
  origins: { origin: string; scopes: string[] }[];
}

interface Sent {
  headers?: Record<string, string>;
  body?: string;
}

/** What the reader's own page would have. */
const ofThePage = `
import type { Certificate, EnrolmentAnswer } from "ukey-bridge";
declare global {
  function askRa(request: { order: string; tokenSerial: string; csr: string; proof: string | undefined }): Promise<EnrolmentAnswer>;
  function askRaToUnlock(serial: string, request: string): Promise<string>;
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

/** The login of the README at the root of the project, which stands at the top of a module. */
function rootExample(): string {
  const code = /<!-- example: login -->\n```ts\n([\s\S]*?)```/.exec(rootReadme)?.[1];
  if (!code) throw new Error("the README at the root has no login example");
  return code;
}

/** A browser's page with the example in it, as the global `example`. */
async function pageWith(code: string, bridge: FakeBridge, ofItsOwn: object): Promise<(script: string) => unknown> {
  const bundled = await build({
    stdin: { contents: code, loader: "ts", resolveDir: root },
    alias: { "ukey-bridge/pdf": `${root}dist/pdf.js`, "ukey-bridge": `${root}dist/index.js` },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "example",
  });
  const sandbox = createContext({
    // The examples connect to the usual ports; here the first of them leads to the fake bridge.
    WebSocket: class extends NodeWebSocket {
      constructor(url: string, protocol: string) {
        super(url.replace(`:${DEFAULT_PORTS[0]}/`, `:${bridge.port}/`), protocol, { origin: siteOrigin });
        this.on("error", () => undefined);
      }
    },
    ...{ setTimeout, clearTimeout, queueMicrotask, AbortController, DOMException, URL, TextEncoder, console, atob, btoa },
    crypto: webcrypto,
    confirm: () => true,
    location: { hostname: "site.example", origin: siteOrigin, protocol: "https:" },
    ...ofItsOwn,
  });
  runInContext(bundled.outputFiles[0]?.text ?? "", sandbox);
  return (script) => runInContext(script, sandbox) as unknown;
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
    const examples = new Map(names.map((name) => [name, example(name)])).set("root", rootExample());
    const files = [...examples].map(([name, code]) => {
      writeFileSync(`${folder}${name}.ts`, code);
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
      paths: { "ukey-bridge": [`${root}dist/index.d.ts`], "ukey-bridge/pdf": [`${root}dist/pdf.d.ts`] },
    });
    const problems = ts.getPreEmitDiagnostics(program).map((problem) => ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
    expect(problems).toEqual([]);
  }, 120_000);

  it("everyExample_isOneOfThese", () => {
    const found = [...readme.matchAll(/```ts (\w+)/g)].map(([, name]) => name);
    expect(found.sort()).toEqual([...names].sort());
    expect(readme).not.toMatch(/```ts\n/);
  });

  it.each(["README.md", "web-sdk/README.md"])("configurations_of %s_areWhatTheBridgeReads", (path) => {
    const { properties } = JSON.parse(readFileSync(`${root}../daemon/config/ukeyd.schema.json`, "utf8")) as Schema;
    const site = properties.origins?.items?.properties ?? {};
    const found = [...readFileSync(`${root}../${path}`, "utf8").matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text as string) as Configuration);
    expect(found).not.toEqual([]);
    for (const configuration of found) {
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(configuration)));
      for (const entry of configuration.origins) {
        expect(Object.keys(site)).toEqual(expect.arrayContaining(Object.keys(entry)));
        expect(site.scopes?.items?.enum).toEqual(expect.arrayContaining(entry.scopes));
        expect(new URL(entry.origin).origin).toBe(entry.origin);
      }
    }
  });

  it.each(["README.md", "web-sdk/README.md"])("commandsOfUkeyctl_in %s_areInItsManualPage", (path) => {
    const manual = readFileSync(`${root}../docs/man/ukeyctl.1`, "utf8");
    const commands = [...manual.matchAll(/^\.B ([a-z]+(?: [a-z]+)?)/gm)].map(([, words]) => words as string);
    const text = readFileSync(`${root}../${path}`, "utf8");
    const table = /\| `ukeyctl …` [^\n]*\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? "";
    const cells = table.split("\n").flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([a-z]+(?: [a-z]+)?)/g)]);
    const named = [...cells, ...text.matchAll(/(?:^|`)ukeyctl ([a-z]+(?: [a-z]+)?)/gm)].map(([, words]) => words as string);
    expect(named).not.toEqual([]);
    const isThere = (words: string) => commands.some((command) => command === words || words.startsWith(`${command} `) || command.startsWith(`${words} `));
    expect(named.filter((words) => !isThere(words))).toEqual([]);
  });

  describe("at a bridge", () => {
    const certificate = { id: "c1", token: "t1", usage: "sign" };
    /** A server that takes JSON only, as real ones do. */
    const serverOf = (posts: [string, unknown][], status = 200) => async (url: string, { headers, body }: Sent) => {
      if (body !== undefined && headers?.["content-type"] !== "application/json") return { ok: false, status: 415 };
      posts.push([url, body === undefined ? undefined : (JSON.parse(body) as unknown)]);
      return { ok: status < 400, status, json: async () => ({ challenge: "from the server" }) };
    };
    const auth = { format: "ukey-auth:2", algorithm: "SM2SM3", certificate: "PEM", signature: "AAAA" };
    let bridge: FakeBridge;

    beforeEach(async () => {
      bridge = await FakeBridge.start();
      bridge.tokens = [token("t1")];
      bridge.on("certificates.list", () => ({ certificates: [certificate] }));
      bridge.on("pin.verify", () => ({}));
      bridge.on("auth.sign", () => auth);
    });
    afterEach(() => bridge.stop());

    it("example_login_logsIn", async () => {
      const posts: [string, unknown][] = [];
      const pagesVisited: string[] = [];
      const run = await pageWith(example("login"), bridge, {
        location: { hostname: "site.example", origin: siteOrigin, protocol: "https:", assign: (to: string) => pagesVisited.push(to) },
        chooseCertificate: async ([first]: unknown[]) => first,
        fetch: serverOf(posts),
      });
      await run("example.login('the-challenge')");
      expect(posts).toEqual([["/api/login", { auth, challenge: "the-challenge" }]]);

      await expect.poll(() => bridge.callsOf("tokens.list").length).toBe(1);
      bridge.notify("tokens.changed", { event: "removed", token: token("t1") });
      await expect.poll(() => pagesVisited).toEqual(["/logout"]);
    });

    it("example_ofTheRootReadme_logsIn", async () => {
      const [imports, body] = rootExample().split(/(?<=^import .*\n)\n/m);
      const posts: [string, unknown][] = [];
      const run = await pageWith(`${imports}export async function login() {${body}}`, bridge, { fetch: serverOf(posts) });
      await run("example.login()");
      expect(bridge.callsOf("auth.sign")).toEqual([{ certificate: "c1", challenge: "from the server" }]);
      expect(posts).toEqual([
        ["/api/login/challenge", undefined],
        ["/api/login", { auth, challenge: "from the server" }],
      ]);
    });

    it("examples_ofTheLogin_takeARefusalForOne", async () => {
      const [imports, body] = rootExample().split(/(?<=^import .*\n)\n/m);
      const page = { chooseCertificate: async ([first]: unknown[]) => first, fetch: serverOf([], 401) };
      const own = await pageWith(example("login"), bridge, page);
      await expect(own("example.login('the-challenge')")).rejects.toThrow("401");
      const root = await pageWith(`${imports}export async function login() {${body}}`, bridge, page);
      await expect(root("example.login()")).rejects.toThrow("401");
    });

    it("example_enrolment_issuesWithStepsShown", async () => {
      bridge.on("enrolment.list", () => ({ enrolments: [] }));
      bridge.on("enrolment.begin", () => ({ enrolment: "e1", csr: "CSR", token: token("t1") }));
      bridge.on("enrolment.complete", () => {
        bridge.notify("progress", { operation: "e1", step: 1, steps: 5, text: "checking" });
        return { certificates: [certificate] };
      });
      const shown: string[] = [];
      const asked: unknown[] = [];
      const code = `import { UkeyBridge } from "ukey-bridge";\n${example("enrolment")}
        export const run = async () => issue((await (await UkeyBridge.connect()).tokens())[0], "A-7");`;
      const run = await pageWith(code, bridge, {
        showMessage: (text: string) => shown.push(text),
        askRa: async (request: unknown) => {
          asked.push(request);
          return { signCertificate: "PEM" };
        },
      });
      expect(await run("example.run()")).toEqual([certificate]);
      expect(asked).toEqual([{ order: "A-7", tokenSerial: "S-t1", csr: "CSR", proof: undefined }]);
      await expect.poll(() => shown).toEqual(["1/5 checking"]);
      expect(bridge.callsOf("enrolment.complete")).toEqual([{ enrolment: "e1", signCertificate: "PEM" }]);
    });

    it("example_unlock_carriesRequestAndResponse", async () => {
      bridge.on("pin.unlock", ({ response }) => (response === undefined ? { request: "for the RA" } : {}));
      const code = `import { UkeyBridge } from "ukey-bridge";\n${example("unlock")}
        export const run = async () => unlock((await (await UkeyBridge.connect()).tokens())[0]);`;
      const run = await pageWith(code, bridge, { askRaToUnlock: async (serial: string, request: string) => `${serial}: ${request}` });
      await run("example.run()");
      expect(bridge.callsOf("pin.unlock").at(-1)).toEqual({ token: "t1", method: "remote", response: "S-t1: for the RA" });
    });

    it("example_sign_sendsFileAndSignature_andSaysWhyOneDoesNotCount", async () => {
      bridge.on("sign.data", (params, client) => new Echo(client, 10_000, undefined, { algorithm: "SM2SM3" }).begin(params as never));
      bridge.on("signature.verify", async ({ stream }, client) => {
        await collect(client, stream as number);
        return { valid: false, reason: "content-changed", signers: [{ valid: false }] };
      });
      const posts: [string, FormData][] = [];
      const shown: string[] = [];
      const code = `import { UkeyBridge } from "ukey-bridge";\n${example("sign")}
        export const run = async (file) => signAndSend(await UkeyBridge.connect(), { id: "c1", token: "t1" } as never, file);
        export const check = async (file) => isGenuine(await UkeyBridge.connect(), file, file, ["ROOT"]);`;
      const run = await pageWith(code, bridge, {
        ...{ Blob, FormData, ReadableStream, Uint8Array, ArrayBuffer, file: new File(["bid"], "bid.pdf"), showMessage: (text: string) => shown.push(text) },
        fetch: async (url: string, { body }: { body: FormData }) => posts.push([url, body]),
      });
      await run("example.run(file)");
      expect(posts.map(([url]) => url)).toEqual(["/api/documents"]);
      expect(await (posts[0]?.[1].get("signature") as Blob).text()).toBe("bid");
      expect(await run("example.check(file)")).toBe(false);
      expect(shown).toEqual(["3 of 3", "The signature does not count: content-changed"]);
      expect(bridge.callsOf("signature.verify")).toMatchObject([{ format: "cms", trusted: ["ROOT"] }]);
    });

    it("example_timestamp_carriesQuestionAndAnswer", async () => {
      const base64Url = (text: string) => Buffer.from(text).toString("base64url");
      bridge.on("sign.timestamp", ({ response }) => (response === undefined ? { request: base64Url("question") } : { signature: base64Url("stamped") }));
      const posts: [string, string][] = [];
      const code = `import { UkeyBridge } from "ukey-bridge";\n${example("timestamp")}
        export const run = async (signature) => stamped(await UkeyBridge.connect(), signature, ["ROOT"]);`;
      const run = await pageWith(code, bridge, {
        ...{ Blob, ReadableStream, Uint8Array, ArrayBuffer, TextDecoder, signature: new Blob(["signed"]) },
        fetch: async (url: string, { body }: { body: Blob }) => {
          posts.push([url, await body.text()]);
          return { ok: true, blob: async () => new Blob(["answer"]) };
        },
      });
      expect(await ((await run("example.run(signature)")) as Blob).text()).toBe("stamped");
      expect(posts).toEqual([["/api/timestamp", "question"]]);
      expect(bridge.callsOf("sign.timestamp").at(-1)).toEqual({ signature: base64Url("signed"), response: base64Url("answer"), trusted: ["ROOT"] });
    });

    it("example_errors_offersTheDownloadOrSaysWhatToDo", async () => {
      const shown: string[] = [];
      let downloads = 0;
      /** The example in a page that finds this at the bridge's address for a look at its health. */
      const outcome = async (health: () => Promise<unknown>) => {
        const page = { showMessage: (text: string) => shown.push(text), showDownload: () => downloads++, fetch: health };
        return (await pageWith(example("errors"), bridge, page))("example.connectOrExplain().then((bridge) => bridge?.isConnected)");
      };
      expect(await outcome(async () => ({}))).toBe(true);
      bridge.refuseUpgrade = true;
      expect(await outcome(async () => ({ json: async () => ({ name: "ukeyd" }) }))).toBe(undefined);
      expect(shown).toEqual([expect.stringMatching(/^\S.*\. \S.*\. \(origin-denied\)$/)]);
      await bridge.stop();
      expect(await outcome(async () => Promise.reject(new TypeError("nobody there")))).toBe(undefined);
      expect(downloads).toBe(1);
      expect(shown).toHaveLength(1);
    });

    it("example_pdf_signsWhatTheUpdateCovers", async () => {
      const document = await PDFDocument.create();
      document.addPage();
      bridge.on("sign.data", (params, client) => new Echo(client, 100_000, undefined, { algorithm: "SM2SM3" }, "signature").begin(params as never));
      const code = `import { UkeyBridge } from "ukey-bridge";\n${example("pdf")}
        export const run = async (file) => signContract(await UkeyBridge.connect(), { id: "c1", token: "t1", subjectText: "张三" } as never, file);`;
      const run = await pageWith(code, bridge, {
        ...{ Blob, ReadableStream, Uint8Array, ArrayBuffer, TextDecoder, file: new File([(await document.save()) as Uint8Array<ArrayBuffer>], "contract.pdf") },
      });
      const signed = await ((await run("example.run(file)")) as Blob).text();
      expect(signed).toContain(`/Contents <${Buffer.from("signature").toString("hex")}0`);
      expect(bridge.callsOf("sign.data")).toMatchObject([{ format: "cms", family: "cms", description: "contract.pdf" }]);
    });

    it("example_save_putsWhatWasOpenedWhereTheUserSaid", async () => {
      bridge.on("envelope.open", (params, client) => new Echo(client).begin(params as never));
      let written = "";
      let suggested = "";
      const code = `import { UkeyBridge } from "ukey-bridge";\n${example("save")}
        export const run = async (file) => openAndSave(await UkeyBridge.connect(), file);`;
      const run = await pageWith(code, bridge, {
        ...{ Blob, ReadableStream, Uint8Array, ArrayBuffer, file: new File(["content"], "bid.pdf.sealed") },
        showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) => {
          suggested = suggestedName;
          const writable = new WritableStream<Uint8Array>({ write: (octets) => void (written += new TextDecoder().decode(octets)) });
          return { getFile: async () => ({ size: 0 }), createWritable: async () => writable };
        },
      });
      await run("example.run(file)");
      expect([suggested, written]).toEqual(["bid.pdf", "content"]);
    });

    it("example_identity_meetsTheNewInstallation", async () => {
      const stored = new Map([["ukey-bridge.identity", "of the installation before"]]);
      const localStorage = {
        getItem: (key: string) => stored.get(key) ?? null,
        setItem: (key: string, value: string) => stored.set(key, value),
        removeItem: (key: string) => stored.delete(key),
      };
      const run = await pageWith(example("identity"), bridge, { localStorage });
      await run("example.connectAfterNewInstallation()");
      expect(stored.get("ukey-bridge.identity")).not.toBe("of the installation before");
      expect(bridge.clients.size).toBe(1);
    });
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
