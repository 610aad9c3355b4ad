// The language of the page: kept in the browser, changed at once everywhere.
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { text, type TextKey } from "./catalogue";
import { type Locale, locales } from "./locale";

export interface Language {
  locale: Locale;
  /** Name of the site. */
  site: TextKey;
  setLocale(locale: Locale): void;
  t(key: TextKey, values?: Record<string, string | number>): string;
}

const storageKey = "sandbox.locale";

function initialLocale(): Locale {
  const stored = localStorage.getItem(storageKey);
  const known = locales.find((locale) => locale === stored);
  return known ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en");
}

const Context = createContext<Language | undefined>(undefined);

export function LanguageProvider({ title, children }: { title: TextKey; children: ComponentChildren }) {
  const [locale, setLocale] = useState(initialLocale);
  useEffect(() => {
    document.documentElement.lang = locale;
    localStorage.setItem(storageKey, locale);
  }, [locale]);
  const language = useMemo<Language>(() => ({ locale, site: title, setLocale, t: (key, values) => text(locale, key, values) }), [locale, title]);
  return <Context.Provider value={language}>{children}</Context.Provider>;
}

export function useLanguage(): Language {
  const language = useContext(Context);
  if (!language) throw new Error("outside of LanguageProvider");
  return language;
}

export function LanguageSwitch() {
  const { locale, setLocale, t } = useLanguage();
  return (
    <div class="language-switch" role="group" aria-label={t("language.switch")}>
      {locales.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          data-testid={`language-${each}`}
          aria-pressed={each === locale}
          onClick={() => setLocale(each)}
        >
          {text(each, "language.name")}
        </button>
      ))}
    </div>
  );
}
