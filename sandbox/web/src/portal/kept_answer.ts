// The RA's answer to an unlock, kept in this tab: it serves once, and after a reload or a cancelled dialog still. It is sealed
// to the bridge's request, so that the page holds no secret.
import { UkeyError } from "ukey-bridge";

const keyOf = (unlock: number) => `portal.unlock.${unlock}`;

export function keepAnswer(unlock: number, response: string): void {
  sessionStorage.setItem(keyOf(unlock), response);
}

export function keptAnswer(unlock: number): string | undefined {
  return sessionStorage.getItem(keyOf(unlock)) ?? undefined;
}

export function dropAnswer(unlock: number): void {
  sessionStorage.removeItem(keyOf(unlock));
}

/** Whether another unlock has to be asked for: the answer was used, is too late, or the bridge forgot its request. */
export function isSpent(error: unknown): boolean {
  return error instanceof UkeyError && ["unlock-expired", "unlock-not-found", "unlock-invalid"].includes(error.code);
}
