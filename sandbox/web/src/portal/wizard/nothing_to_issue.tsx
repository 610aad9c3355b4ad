import { Notice } from "../../shared/components";
import { useLanguage } from "../../shared/language";
import type { Order } from "../api";
import { Link } from "../../shared/router";

/** An order on which there is nothing to issue (any more). */
export function NothingToIssue({ order }: { order: Order }) {
  const { t } = useLanguage();
  const done = order.state === "done";
  return (
    <section class="sheet">
      <Notice tone={done ? "info" : "warn"} testId="nothing-to-issue">
        <p>{t(done ? "wizard.allDone" : "wizard.notReady")}</p>
      </Notice>
      <div class="buttons">
        <Link to="/certificates" class="button button-small">{t("nav.certificates")}</Link>
        <Link to={`/orders/${order.id}`} class="button-plain">{t("orders.details")}</Link>
      </div>
    </section>
  );
}
