import type { Locale } from "./locale";

const dayMs = 24 * 60 * 60 * 1000;

export function formatDate(iso: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { year: "numeric", month: locale === "en" ? "short" : "2-digit", day: "2-digit" }).format(new Date(iso));
}

export function formatDateTime(iso: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    year: "numeric",
    month: locale === "en" ? "short" : "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(iso));
}

export function formatNumber(value: number, locale: Locale, digits = 0): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** Yuan in the unit that readers of the language expect: 万元, or millions. */
export function moneyIn(yuan: number, locale: Locale): string {
  return locale === "zh-CN" ? formatNumber(yuan / 10_000, locale) : formatNumber(yuan / 1_000_000, locale, 2);
}

/** Whole days from now; negative when it is past. */
export function daysUntil(iso: string, now = Date.now()): number {
  return Math.floor((Date.parse(iso) - now) / dayMs);
}

const algorithmNames: Record<string, string> = {
  sm2: "SM2",
  rsa2048: "RSA 2048",
  rsa3072: "RSA 3072",
  rsa4096: "RSA 4096",
  p256: "ECDSA P-256",
  p384: "ECDSA P-384",
};

export function algorithmName(algorithm: string): string {
  return algorithmNames[algorithm.toLowerCase()] ?? algorithm;
}

/** The common name of an RFC 4514 string, or all of it. */
export function commonName(name: string): string {
  const match = /(?:^|,)\s*CN=((?:\\.|[^,\\])*)/i.exec(name);
  return match?.[1]?.replace(/\\(.)/g, "$1").trim() || name;
}
