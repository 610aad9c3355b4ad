// Bundles the ES module and the single-file script; the declarations come from tsc.
import { build } from "esbuild";
import { readFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const common = {
  absWorkingDir: new URL("..", import.meta.url).pathname,
  bundle: true,
  target: ["chrome90", "firefox91", "safari15"],
  define: { __SDK_VERSION__: JSON.stringify(version) },
  charset: "utf8",
  logLevel: "warning",
};
await build({ ...common, entryPoints: ["src/index.ts"], format: "esm", outfile: "dist/index.js", sourcemap: true });
// Beside it, with what only it needs left to the page's own bundler.
await build({ ...common, entryPoints: ["src/pdf.ts"], format: "esm", outfile: "dist/pdf.js", external: ["@cantoo/pdf-lib"], sourcemap: true });
await build({
  ...common,
  entryPoints: ["src/global.ts"],
  format: "iife",
  minify: true,
  outfile: "dist/ukey-bridge.global.js",
});
