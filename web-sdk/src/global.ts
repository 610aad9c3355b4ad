/** The script-tag build: the class is the global `UkeyBridge`, the rest of the package hangs on it. */
import { fromBase64Url, saveAs, SDK_VERSION, toBase64Url, toWebEidToken, UkeyBridge, UkeyError } from "./index.js";

const global = Object.assign(UkeyBridge, { UkeyError, toWebEidToken, toBase64Url, fromBase64Url, saveAs, SDK_VERSION });
(globalThis as { UkeyBridge?: unknown }).UkeyBridge = global;
