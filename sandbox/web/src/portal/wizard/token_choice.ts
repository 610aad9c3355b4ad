// Which of the plugged-in tokens an order can go on, and whose certificates they hold.
import type { Certificate, Enrolment, Token } from "ukey-bridge";
import { commonName } from "../../shared/format";
import type { HolderCertificate } from "../api";
import { orderIn } from "./issue_on_token";
import type { Task } from "./task";

export type Problem =
  | { text: "token.otherOrder"; order: number | undefined }
  | { text: "token.inUse" | "token.notOld" | "token.old" | "token.algorithm" | "token.locked" | "token.blank" | "token.unusable" };

/** Why the order cannot go on this token, as far as the page can tell; the server has the last word. */
export function tokenProblem(token: Token, { order, certificates }: Task, old: HolderCertificate | undefined, enrolments: Enrolment[]): Problem | undefined {
  if (token.state === "unusable") return { text: "token.unusable" };
  if (token.state === "blank") return { text: "token.blank" };
  if (token.state === "locked" || token.pin.state === "locked") return { text: "token.locked" };
  if (!(token.algorithms as string[]).includes(order.algorithm)) return { text: "token.algorithm" };
  const other = enrolments.find((one) => one.tokenSerial === token.serial);
  if (other) return { text: "token.otherOrder", order: orderIn(other.reference) };
  if (order.kind === "renew" || order.kind === "change") return token.serial === old?.tokenSerial ? undefined : { text: "token.notOld" };
  if (order.kind === "reissue" && token.serial === old?.tokenSerial) return { text: "token.old" };
  const inUse = certificates.some(({ tokenSerial, state }) => tokenSerial === token.serial && (state === "active" || state === "expired"));
  return inUse ? { text: "token.inUse" } : undefined;
}

export interface Holding {
  name: string;
  notAfter: string;
  isInForce: boolean;
}

/** Whose signing certificates are on the token. */
export function holdingsOf(token: Token, certificates: Certificate[]): Holding[] {
  return certificates
    .filter((one) => one.token === token.id && !one.history)
    .map(({ subject, notAfter }) => ({ name: commonName(subject), notAfter, isInForce: Date.parse(notAfter) > Date.now() }));
}

/** Whether there may be certificates that show only after the PIN. */
export function mayHoldMore(token: Token): boolean {
  return "mayHaveMore" in token && token.mayHaveMore === true;
}
