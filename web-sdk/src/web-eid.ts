import { base64FromBase64Url } from "./base64.js";
import type { AuthSignResult } from "./generated/protocol.js";

/** The authentication token of Web eID, as its published validators take it. */
export interface WebEidToken {
  /** DER certificate in base64. */
  unverifiedCertificate: string;
  algorithm: string;
  /** Signature in base64. */
  signature: string;
  format: string;
  /** Names the program that made the token, as a URL. */
  appVersion: string;
}

/**
 * Turns the result of `UkeyBridge.login` with `format: "web-eid:1"` into an authentication token for a Web eID validator on
 * the server.
 */
export function toWebEidToken(auth: AuthSignResult, appVersion = "https://ukey-bridge.invalid/1.0"): WebEidToken {
  return {
    unverifiedCertificate: auth.certificate.replace(/-----[^-]*-----|\s/g, ""),
    algorithm: auth.algorithm,
    signature: base64FromBase64Url(auth.signature),
    format: auth.format,
    appVersion,
  };
}
