// The languages of the pages.
export const locales = ["zh-CN", "en"] as const;
export type Locale = (typeof locales)[number];

/** A text that there is in both of them. */
export type Bilingual = Record<Locale, string>;
