// Building blocks that the pages share.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Failure } from "./failure";
import { LanguageSwitch, useLanguage } from "./language";
import type { TextKey } from "./catalogue";

export function Masthead({ title, authority, children }: { title: TextKey; authority: TextKey; children?: ComponentChildren }) {
  const { t } = useLanguage();
  return (
    <header class="masthead">
      <a class="skip" href="#main">
        {t("page.skip")}
      </a>
      <div class="masthead-inner">
        <img class="emblem" src="/emblem.svg" alt="" width="46" height="46" />
        <div class="masthead-names">
          <p class="masthead-title">{t(title)}</p>
          <p class="masthead-authority">
            {t(authority)}
            <span class="demo-mark">{t("page.demo")}</span>
          </p>
        </div>
        <div class="masthead-side">
          {children}
          <LanguageSwitch />
        </div>
      </div>
    </header>
  );
}

export function Footer({ about = "page.footer" }: { about?: TextKey }) {
  const { t } = useLanguage();
  return (
    <footer class="footer">
      <p>{t(about)}</p>
      <p>{t("page.hotline")}</p>
    </footer>
  );
}

export function Spinner() {
  return <span class="spinner" aria-hidden="true" />;
}

/** What went wrong, what to do, and the code for the hotline. Takes the focus, so that it is read out and in sight. */
export function FailureNotice({ title, failure, children }: { title: string; failure: Failure; children?: ComponentChildren }) {
  const { t } = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  // Once: a form around it is drawn anew with each key that is typed.
  useLayoutEffect(() => box.current?.focus(), [failure.error]);
  return (
    <div class="notice notice-bad" role="alert" tabIndex={-1} ref={box} data-testid="failure" data-code={failure.code}>
      <Icon name="warning" />
      <div class="notice-body">
        <p class="notice-title">{title}</p>
        <p data-testid="failure-message">{failure.message}</p>
        {failure.hint && <p>{failure.hint}</p>}
        {!!failure.triesLeft && (
          <p class="notice-strong" data-testid="tries-left" data-count={failure.triesLeft}>
            {t("login.triesLeft", { count: failure.triesLeft })}
          </p>
        )}
        {children}
        <p class="notice-code">
          {t("error.code")}: <code>{failure.code}</code> · {t("error.hotline")}
        </p>
      </div>
    </div>
  );
}

/** A short message that is read out politely. */
export function Notice({ tone, testId, children }: { tone: "info" | "warn"; testId?: string; children: ComponentChildren }) {
  return (
    <div class={`notice notice-${tone}`} role="status" data-testid={testId}>
      <Icon name={tone === "warn" ? "warning" : "info"} />
      <div class="notice-body">{children}</div>
    </div>
  );
}

const iconPaths = {
  warning: "M12 3.500 22 20.500H2ZM12 10v4.500M12 17.400v.1",
  info: "M12 2.500a9.500 9.500 0 1 0 0 19 9.500 9.500 0 0 0 0-19ZM12 11v6M12 7.400v.1",
  check: "M4.500 12.500 10 18 20 6.500",
  shield: "M12 2.500 20 5.500v6c0 5-3.400 8.600-8 10-4.600-1.400-8-5-8-10v-6ZM8.500 12l2.600 2.600 4.600-5",
  pen: "M4 20l1-4.500L16.500 4 20 7.500 8.500 19ZM14 6.500 17.500 10",
  key: "M8 11.500a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM10.900 12.600 20 3.500M16.500 7l3 3M13.500 10l2 2",
  usb: "M8 10V3.500h8V10M10.500 6.500v.1M13.500 6.500v.1M6 10h12v7a4 4 0 0 1-4 4h-4a4 4 0 0 1-4-4Z",
  mail: "M3 6h18v12.500H3ZM3.500 6.500 12 13.500 20.500 6.500",
  cart: "M2.500 4h3l2.500 11.500h10.500L21 7.500H6.500M9.500 20v.1M17.500 20v.1",
  list: "M8.500 6H20M8.500 12H20M8.500 18H20M4 6v.1M4 12v.1M4 18v.1",
  certificate: "M4 4h16v11.500H4ZM8 8h8M8 11h4.500M14.500 15.500v5.500l2-1.400 2 1.400v-5.500",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7.500V12l3.200 2",
  box: "M3.500 7.500 12 3l8.500 4.500v9L12 21l-8.500-4.500ZM3.500 7.500 12 12l8.500-4.500M12 12v9",
  card: "M3 5.500h18v13H3ZM3 9.500h18M6.500 15h4",
  download: "M12 3.500v11.500M7 10.500l5 5 5-5M4 20h16",
  user: "M12 12.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM3.500 21c.9-4 4.300-6 8.500-6s7.600 2 8.500 6",
} as const;

export type IconName = keyof typeof iconPaths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={iconPaths[name]} />
    </svg>
  );
}

/** A page's one heading: has the focus when the page comes, so that a screen reader starts there, and names the page in its title. */
export function PageHeading({ children }: { children: string }) {
  const { site, t } = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  useLayoutEffect(() => {
    document.title = `${children} - ${t(site)}`;
  }, [children, site, t]);
  return (
    <h1 class="page-heading" tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}

/** The heading of a step within a page: has the focus when the step comes. */
export function StepHeading({ icon, children }: { icon?: IconName; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <h2 class="sheet-title" tabIndex={-1} ref={heading} data-testid="step-heading">
      {icon && <Icon name={icon} />}
      {children}
    </h2>
  );
}
