// From a locked token to the portal, which unlocks it.
import { useEffect, useState } from "preact/hooks";
import { useLanguage } from "../shared/language";
import { api } from "./api";

export function UnlockLink({ serial }: { serial: string }) {
  const { t } = useLanguage();
  const [portal, setPortal] = useState<string>();
  useEffect(() => {
    // Without it the words that say what to do still stand there.
    api.links().then((links) => setPortal(links.portal), () => undefined);
  }, []);
  if (portal === undefined) return null;
  return <a class="button-plain" href={`${portal}/unlock/${encodeURIComponent(serial)}`} data-testid="unlock-it">{t("login.unlock")}</a>;
}
