// Any error as what the page shows: words, what to do, and the code that the hotline asks for.
import { UkeyError } from "ukey-bridge";
import { ApiError } from "./http";
import type { Language } from "./language";

export interface Failure {
  code: string;
  message: string;
  hint: string;
  triesLeft?: number | undefined;
}

export function failureOf(error: unknown, { locale, t }: Language): Failure {
  if (error instanceof UkeyError) {
    const { code, message, hint, triesLeft } = error;
    return { code, message: message || t("error.unexpected"), hint, triesLeft };
  }
  if (error instanceof ApiError) {
    const fallback = error.code === "network" ? t("error.network") : t("error.unexpected");
    return { code: error.code, message: error.text?.[locale] ?? fallback, hint: "" };
  }
  return { code: "page-error", message: t("error.unexpected"), hint: "" };
}

/** Whether nothing but an unlock helps: the PIN is locked, or its last try is not a page's to use. */
export function needsUnlock(error: unknown): boolean {
  return UkeyError.is(error, "pin-locked") || (UkeyError.is(error, "rate-limited") && error.reason === "last-try");
}

/** Whether the user gave up: in the page, or in the dialog outside it. */
export function isCancel(error: unknown): boolean {
  if (error instanceof UkeyError) return error.code === "user-cancelled";
  return error instanceof DOMException && error.name === "AbortError";
}
