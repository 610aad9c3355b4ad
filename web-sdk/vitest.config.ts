import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/browser_globals.ts"],
    environment: "node",
    testTimeout: 30_000,
  },
});
