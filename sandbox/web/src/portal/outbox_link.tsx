import { useLanguage } from "../shared/language";

/** In a tab of its own, so that what was typed stays. */
export function OutboxLink() {
  const { t } = useLanguage();
  return (
    <a href="/outbox" target="_blank" rel="noopener">
      {t("nav.outbox")}
    </a>
  );
}
