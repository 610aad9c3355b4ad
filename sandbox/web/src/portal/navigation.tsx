import { Icon, type IconName } from "../shared/components";
import type { TextKey } from "../shared/catalogue";
import { useLanguage } from "../shared/language";
import { type Route } from "./router";
import { Link } from "../shared/router";

type Section = "certificates" | "orders" | "apply" | "download" | "outbox" | "clerk";

const sectionOf: Record<Route["view"], Section | undefined> = {
  home: "certificates",
  certificates: "certificates",
  renew: "certificates",
  change: "certificates",
  reissue: "certificates",
  unlock: "certificates",
  unlockSerial: "certificates",
  orders: "orders",
  order: "orders",
  issue: "orders",
  invoice: "orders",
  apply: "apply",
  download: "download",
  outbox: "outbox",
  clerk: "clerk",
  unknown: undefined,
};

const own: [Section, IconName][] = [
  ["certificates", "certificate"],
  ["orders", "list"],
  ["apply", "cart"],
];
/** For everybody. */
const open: [Section, IconName][] = [["download", "download"]];
/** What stands in for things outside of the portal. */
const demonstration: [Section, IconName][] = [
  ["outbox", "mail"],
  ["clerk", "pen"],
];

export function Navigation({ route, loggedIn }: { route: Route; loggedIn: boolean }) {
  const { t } = useLanguage();
  const item = ([section, icon]: [Section, IconName]) => (
    <li key={section}>
      <Link to={`/${section}`} testId={`nav-${section}`} current={sectionOf[route.view] === section}>
        <Icon name={icon} />
        {t(`nav.${section}` satisfies TextKey)}
      </Link>
    </li>
  );
  return (
    <nav class="nav" aria-label={t("nav.label")}>
      <div class="nav-inner">
        <ul>{[...(loggedIn ? own : []), ...open].map(item)}</ul>
        <ul class="nav-stand-ins">
          <li class="nav-demo">{t("nav.demo")}</li>
          {demonstration.map(item)}
        </ul>
      </div>
    </nav>
  );
}
