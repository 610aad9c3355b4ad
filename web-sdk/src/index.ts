/** The public face of the package. */
export { type AuthOptions, UkeyBridge } from "./bridge.js";
export type { BridgeEvents, ConnectOptions } from "./options.js";
export type { Driver, Enrolment, EnrolmentAnswer, EnrolRequest, Token, VerifyPinOptions } from "./api.js";
export { UkeyError, type UkeyErrorCode, type UkeyErrorInit } from "./errors.js";
export type { SdkErrorCode } from "./messages.js";
export type { Content } from "./content.js";
export type { Opened, OpenOptions, Recipient, SealOptions } from "./envelopes.js";
export type { NamedContent, SignAllOptions, SignatureForm, Signed, SignedItem, SignOptions, VerifyOptions } from "./signatures.js";
export type { AskAuthority, TimestampOptions } from "./timestamps.js";
export type { ContentOptions, TransferOptions } from "./transfer.js";
export { saveAs } from "./save.js";
export type { CallOptions, MethodName } from "./connection.js";
export type { LocalNetworkPermission } from "./environment.js";
export { toWebEidToken, type WebEidToken } from "./web-eid.js";
export { fromBase64Url, toBase64Url } from "./base64.js";
export { SDK_VERSION } from "./version.js";
export * from "./generated/protocol.js";
// As the protocol has them; `Token` and `Enrolment` above are the objects made of them.
export type { Enrolment as EnrolmentData, Token as TokenData } from "./generated/protocol.js";
