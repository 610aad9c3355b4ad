// The invoice of an order: a stand-in, and it says so.
import { PageHeading } from "../shared/components";
import { formatDate } from "../shared/format";
import { useLanguage } from "../shared/language";
import { type Account, api } from "./api";
import { orderContents } from "./orders_page";
import { Complaint, Facts, Loading } from "../shared/parts";
import { useLoaded } from "../shared/use_loaded";

export function InvoicePage({ id, account }: { id: number; account: Account }) {
  const { locale, t } = useLanguage();
  const loaded = useLoaded(async () => (await api.order(id)).order);
  const order = loaded.value;
  return (
    <div class="content content-narrow">
      <PageHeading>{t("invoice.title")}</PageHeading>
      <Complaint title="orders.failed" error={loaded.error} />
      {!order && loaded.error === undefined && <Loading />}
      {order && (
        <section class="sheet invoice" data-testid="invoice-page">
          <p class="invoice-mark">{t("invoice.mark")}</p>
          <Facts rows={[
            [t("invoice.buyer"), account.name],
            [t("invoice.item"), `${t(`kind.${order.kind}`)}: ${orderContents(order, t)}`],
            [t("invoice.order"), t("orders.number", { id })],
            [t("invoice.date"), order.paid ? formatDate(order.paid, locale) : t("order.unpaid")],
            [t("order.price"), <strong class="price-inline">{t("money.yuan", { value: order.priceYuan })}</strong>],
          ]} />
          <button type="button" class="button-plain no-print" onClick={() => window.print()}>{t("invoice.print")}</button>
        </section>
      )}
    </div>
  );
}
