import { defineConfig } from "vite";

const sdk = decodeURIComponent(new URL("../../web-sdk/dist/index.js", import.meta.url).pathname);

export default defineConfig({
  resolve: { alias: { "ukey-bridge": sdk } },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: ["chrome90", "firefox91", "safari15"],
    // The server's content policy allows no inline script or style, and no data: font.
    assetsInlineLimit: 0,
  },
  // `npm run dev` beside a running ukey-sandbox.
  server: { proxy: { "/api": "http://localhost:8600" } },
});
