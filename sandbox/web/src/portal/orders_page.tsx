// 我的订单: every order with its state and what comes next.
import { PageHeading } from "../shared/components";
import { algorithmName, formatDateTime } from "../shared/format";
import { useLanguage } from "../shared/language";
import { type Account, api, type Order } from "./api";
import { Complaint, Loading } from "../shared/parts";
import { Link } from "../shared/router";
import { useLoaded } from "../shared/use_loaded";

export function OrdersPage({ account }: { account: Account }) {
  const { t } = useLanguage();
  const orders = useLoaded(async () => (await api.orders()).orders);
  return (
    <div class="content">
      <div class="content-head">
        <PageHeading>{t("nav.orders")}</PageHeading>
        <Link to="/apply" class="button button-small">{t("orders.new")}</Link>
      </div>
      <Complaint title="orders.failed" error={orders.error} />
      {!orders.value && orders.error === undefined && <Loading />}
      {orders.value?.length === 0 && <p class="empty">{t("orders.none")}</p>}
      <ul class="rows">
        {orders.value?.map((order) => (
          <OrderRow key={order.id} order={order} account={account} />
        ))}
      </ul>
    </div>
  );
}

function OrderRow({ order, account }: { order: Order; account: Account }) {
  const { locale, t } = useLanguage();
  return (
    <li class="row" data-testid="order" data-order={order.id} data-state={order.state}>
      <div class="row-main">
        <p class="row-title">
          {t(`kind.${order.kind}`)}
          <OrderStatus order={order} account={account} />
        </p>
        <p class="row-sub">
          {t("orders.number", { id: order.id })} · {algorithmName(order.algorithm)} · {orderContents(order, t)} · {formatDateTime(order.created, locale)}
        </p>
      </div>
      <p class="row-price">{t("money.yuan", { value: order.priceYuan })}</p>
      <div class="row-actions">
        {order.state === "ready" && (
          <Link to={`/orders/${order.id}/issue`} class="button button-small" testId="start-issue">{t(order.pending.length > 0 ? "recovery.goOn" : `orders.start.${order.kind}`)}</Link>
        )}
        <Link to={`/orders/${order.id}`} class="button-plain" testId="open-order">{t(order.state === "unpaid" ? "orders.pay" : "orders.details")}</Link>
      </div>
    </li>
  );
}

/** What the order waits for. */
export function OrderStatus({ order: { state }, account }: { order: Order; account: Account }) {
  const { t } = useLanguage();
  const shown = state === "unpaid" && !account.identified ? "unidentified" : state;
  return <span class={`status order-${shown}`} data-testid="order-state" data-state={shown}>{t(`order.${shown}`)}</span>;
}

/** What an order is for, in a few words. */
export function orderContents(order: Pick<Order, "kind" | "quantity" | "years" | "newName">, t: ReturnType<typeof useLanguage>["t"]): string {
  if (order.kind === "issue") return t("orders.contents.issue", { quantity: order.quantity, years: order.years });
  if (order.kind === "renew") return t("orders.contents.renew", { years: order.years });
  if (order.kind === "change") return t("orders.contents.change", { name: order.newName ?? "" });
  return t("orders.contents.reissue");
}
