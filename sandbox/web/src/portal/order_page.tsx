// One order: where it stands, and the step that comes next.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Notice, PageHeading } from "../shared/components";
import { algorithmName, formatDate, formatDateTime } from "../shared/format";
import { type Language, useLanguage } from "../shared/language";
import { useBridge } from "../shared/use_bridge";
import { type Account, api, type Order } from "./api";
import { needs } from "./needs";
import { orderContents, OrderStatus } from "./orders_page";
import { OutboxLink } from "./outbox_link";
import { Complaint, Facts, Loading, StandIn } from "../shared/parts";
import { ResendButton } from "./resend";
import { Link } from "../shared/router";
import { type Action, useAction, useLoaded } from "../shared/use_loaded";
import { useUnfinished } from "./use_unfinished";

interface Props {
  id: number;
  account: Account;
  onAccount(account: Account): void;
}

export function OrderPage({ id, account, onAccount }: Props) {
  const language = useLanguage();
  const { locale, t } = language;
  const loaded = useLoaded(async () => (await api.order(id)).order);
  const action = useAction();
  const order = loaded.value;
  if (!order) {
    return (
      <div class="content content-narrow">
        <PageHeading>{t("orders.number", { id })}</PageHeading>
        {loaded.error === undefined ? <Loading /> : <Complaint title="orders.failed" error={loaded.error} />}
      </div>
    );
  }
  const identify = () =>
    action.run(async () => {
      onAccount((await api.identify()).account);
      loaded.reload();
    });
  return (
    <div class="content content-narrow" data-testid="order-page" data-state={order.state}>
      <div class="content-head">
        <PageHeading>{t("orders.number", { id })}</PageHeading>
        <OrderStatus order={order} account={account} />
      </div>
      <Track order={order} account={account} />
      <section class="sheet">
        <Facts rows={[
          [t("order.kind"), t(`kind.${order.kind}`)],
          [t("order.contents"), orderContents(order, t)],
          [t("apply.algorithm"), algorithmName(order.algorithm)],
          [t("order.created"), formatDateTime(order.created, locale)],
          [t("order.price"), <strong class="price-inline">{t("money.yuan", { value: order.priceYuan })}</strong>],
          ...(order.notAfter ? [expiryRow(order, order.notAfter, language)] : []),
          ...(order.kind === "issue" ? [[t("order.issued"), t("order.issuedOf", { issued: order.issued, quantity: order.quantity })] as [string, string]] : []),
        ]} />
        <Complaint title="order.failed" error={action.error} />
        <NextStep order={order} account={account} action={action} onOrder={loaded.set} onIdentify={identify} onReload={loaded.reload} />
      </section>
    </div>
  );
}

/** When the certificates will end: known before anything is paid. */
function expiryRow({ kind, years }: Order, notAfter: string, { locale, t }: Language): [string, ComponentChildren] {
  const date = formatDate(notAfter, locale);
  const value = <span data-testid="new-expiry">{kind === "issue" ? t("order.notAfter.issue.value", { years, date }) : date}</span>;
  return [t(kind === "issue" ? "order.notAfter.issue" : kind === "renew" ? "order.notAfter.renew" : "order.notAfter.kept"), value];
}

const stations = ["identity", "unpaid", "in-review", "ready", "done"] as const;
const stationText = { identity: "station.identity", unpaid: "station.pay", "in-review": "station.review", ready: "station.write", done: "station.done" } as const;

/** The one bar of an order's way; the identity check is a station only for those who have not passed it, the review only where there is one. */
function Track({ order, account }: { order: Order; account: Account }) {
  const { t } = useLanguage();
  const way = stations.filter((station) => (station === "identity" ? !account.identified : station === "in-review" ? order.kind === "change" : true));
  const now = !account.identified && order.state === "unpaid" ? 0 : way.findIndex((station) => station === order.state);
  if (now < 0) return null;
  return (
    <ol class="track" data-testid="track">
      {way.map((station, index) => (
        <li key={station} class={index < now || order.state === "done" ? "track-past" : index === now ? "track-now" : ""} aria-current={index === now ? "step" : undefined}>
          {t(stationText[station])}
        </li>
      ))}
    </ol>
  );
}

interface NextProps {
  order: Order;
  account: Account;
  action: Action;
  onOrder(order: Order): void;
  onIdentify(): void;
  onReload(): void;
}

function NextStep({ order, account, action, onOrder, onIdentify, onReload }: NextProps) {
  const { t } = useLanguage();
  const change = (call: () => Promise<{ order: Order }>) => action.run(async () => onOrder((await call()).order));
  switch (order.state) {
    case "unpaid": {
      const cancel = (
        <button type="button" class="button-plain" data-testid="cancel-order" disabled={action.busy} onClick={() => change(() => api.cancel(order.id))}>
          {t("order.cancel")}
        </button>
      );
      if (!account.identified) {
        return (
          <>
            <p>{t("identity.first")}</p>
            <StandIn icon="user" title={t("identity.title")} text={t("identity.text", { name: account.name })}>
              <div class="buttons">
                <button type="button" class="button button-small" data-testid="identify" disabled={action.busy} onClick={onIdentify}>{t("identity.action")}</button>
                {cancel}
              </div>
            </StandIn>
          </>
        );
      }
      return (
        <StandIn icon="card" title={t("pay.title")} text={t("pay.text", { value: order.priceYuan })}>
          <div class="buttons">
            <button type="button" class="button button-small" data-testid="pay" disabled={action.busy} onClick={() => change(() => api.pay(order.id))}>
              {t("pay.action", { value: order.priceYuan })}
            </button>
            {cancel}
          </div>
        </StandIn>
      );
    }
    case "in-review":
      return (
        <Notice tone="info" testId="waits-for-clerk">
          <p>{t("review.clerk")} <Link to="/clerk">{t("nav.clerk")}</Link></p>
          <button type="button" class="button-plain" data-testid="reload-order" onClick={onReload}>{t("action.refresh")}</button>
        </Notice>
      );
    case "ready":
      return <Ready order={order} action={action} onReceive={() => change(() => api.receive(order.id))} />;
    case "rejected":
      return <Notice tone="warn" testId="rejected"><p>{t("order.rejectedBecause", { note: order.note ?? "" })}</p></Notice>;
    case "done":
      return (
        <div class="buttons">
          <Link to="/certificates" class="button button-small">{t("nav.certificates")}</Link>
          <Link to={`/orders/${order.id}/invoice`} class="button-plain">{t("invoice.open")}</Link>
        </div>
      );
    case "cancelled":
      return null;
  }
}

function Ready({ order, action, onReceive }: { order: Order; action: Action; onReceive(): void }) {
  const { locale, t } = useLanguage();
  const { state } = useBridge(locale, needs);
  const isUnfinished = useUnfinished([order], state.kind === "connected" ? state.bridge : undefined).length > 0;
  const [sent, setSent] = useState(false);
  const waitsForParcel = (order.kind === "issue" || order.kind === "reissue") && !order.received;
  return (
    <>
      {isUnfinished && <Notice tone="warn" testId="unfinished"><p>{t("order.unfinished")}</p></Notice>}
      {waitsForParcel && (
        <StandIn icon="box" title={t("courier.title")} text={t("courier.text", { quantity: order.quantity })}>
          <button type="button" class="button-plain" data-testid="receive" disabled={action.busy} onClick={onReceive}>{t("courier.action")}</button>
        </StandIn>
      )}
      <Notice tone="info" testId="code-hint">
        <p>{t("order.codeSent")} <OutboxLink /></p>
        {sent && <p class="notice-strong" data-testid="code-sent">{t("code.sentAgain")}</p>}
      </Notice>
      <div class="buttons">
        <Link to={`/orders/${order.id}/issue`} class="button button-small" testId="start-issue">{t(isUnfinished ? "recovery.goOn" : `orders.start.${order.kind}`)}</Link>
        <ResendButton name={`order.${order.id}`} what={t("code.again")} action={action} send={() => api.sendCode(order.id)} onSent={() => setSent(true)} testId="new-code" />
      </div>
    </>
  );
}
