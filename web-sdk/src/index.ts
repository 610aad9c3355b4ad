/** The public face of the package. */
export { UkeyBridge, type BridgeEvents, type ConnectOptions } from "./bridge.js";
export { UkeyError, type UkeyErrorCode, type UkeyErrorInit } from "./errors.js";
export type { SdkErrorCode } from "./messages.js";
export type { CallOptions, MethodName } from "./connection.js";
export type { LocalNetworkPermission } from "./environment.js";
export { toWebEidToken, type WebEidToken } from "./web-eid.js";
export { fromBase64Url, toBase64Url } from "./base64.js";
export { SDK_VERSION } from "./version.js";
export * from "./generated/protocol.js";
