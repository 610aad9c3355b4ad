import { defineConfig } from "vite";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** The two sites; `--mode portal` is the portal, anything else the trading site. Ports are those of `ukey-sandbox serve`. */
const sites = {
  trading: { port: 5173, server: "http://localhost:8600" },
  portal: { port: 5174, server: "http://localhost:8601" },
};

export default defineConfig(({ mode }) => {
  const name = mode === "portal" ? "portal" : "trading";
  const site = sites[name];
  return {
    root: here(`./src/${name}`),
    publicDir: here("./public"),
    resolve: {
      alias: {
        "ukey-bridge": here("../../web-sdk/dist/index.js"),
        // The table of token models that the bridge uses, and its pictures.
        "@models": here("../../tokenlib/models"),
      },
    },
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    build: {
      outDir: here(`./dist/${name}`),
      emptyOutDir: true,
      target: ["chrome90", "firefox91", "safari15"],
      // The server's content policy allows no inline script or style, and no data: font.
      assetsInlineLimit: 0,
    },
    // `npm run dev` beside a running ukey-sandbox.
    server: { port: site.port, proxy: { "/api": site.server }, fs: { allow: [here("../..")] } },
  };
});
