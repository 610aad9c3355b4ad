// What a page has and Node 18, which Debian 12 brings, does not have as a global.
import { File } from "node:buffer";

if (!("File" in globalThis)) Object.defineProperty(globalThis, "File", { value: File, configurable: true });
