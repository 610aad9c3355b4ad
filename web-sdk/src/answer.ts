import type { EnrolmentAnswer } from "./api.js";
import type { Certificate } from "./generated/protocol.js";

/**
 * Whether the certificate is one that the RA's answer brought, in whichever of the forms that it may come in: each of
 * them has the certificate's DER in it as it is.
 *
 * @internal
 */
export function holdsCertificate(answer: EnrolmentAnswer, certificate: Certificate): boolean {
  const [der] = octetsIn(certificate.pem);
  if (!der) return false;
  const texts = [answer.signCertificate, answer.encryptCertificate, answer.encryptionKey?.data];
  return texts.some((text) => text !== undefined && octetsIn(text).some((octets) => octets.includes(der)));
}

/** A character for each octet of what is base64 in the text: of each PEM block, or of all of it. */
function octetsIn(text: string): string[] {
  const blocks = text.split(/-----[^-]*-----/).map((block) => block.replace(/\s/g, ""));
  return blocks.filter((block) => block !== "").flatMap(decoded);
}

function decoded(base64: string): string[] {
  try {
    return [atob(base64.replaceAll("-", "+").replaceAll("_", "/"))];
  } catch {
    return []; // Hexadecimal, or nothing that we know.
  }
}
