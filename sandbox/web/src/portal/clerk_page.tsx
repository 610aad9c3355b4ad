// The clerk's desk: what waits for approval.
import { useState } from "preact/hooks";
import { Notice, PageHeading } from "../shared/components";
import { formatDateTime } from "../shared/format";
import { useLanguage } from "../shared/language";
import { api, type ClerkOrder } from "./api";
import { Complaint, Facts, Loading } from "./parts";
import { useAction, useLoaded } from "./use_loaded";

export function ClerkPage() {
  const { t } = useLanguage();
  const loaded = useLoaded(async () => (await api.clerkOrders()).orders);
  return (
    <div class="content content-narrow">
      <div class="content-head">
        <PageHeading>{t("clerk.title")}</PageHeading>
        <button type="button" class="button-plain" data-testid="reload-clerk" onClick={loaded.reload}>{t("action.refresh")}</button>
      </div>
      <Notice tone="info"><p>{t("clerk.demo")}</p></Notice>
      <Complaint title="clerk.failed" error={loaded.error} />
      {!loaded.value && loaded.error === undefined && <Loading />}
      {loaded.value?.length === 0 && <p class="empty" data-testid="clerk-empty">{t("clerk.none")}</p>}
      <ul class="rows">
        {loaded.value?.map((order) => <Application key={order.id} order={order} onDone={loaded.reload} />)}
      </ul>
    </div>
  );
}

function Application({ order, onDone }: { order: ClerkOrder; onDone(): void }) {
  const { locale, t } = useLanguage();
  const { busy, error, run } = useAction();
  const [note, setNote] = useState("");
  const decide = (call: () => Promise<unknown>) =>
    run(async () => {
      await call();
      onDone();
    });
  return (
    <li class="sheet" data-testid="application" data-order={order.id}>
      <Facts rows={[
        [t("clerk.application"), `${t(`kind.${order.kind}`)} · ${t("orders.number", { id: order.id })}`],
        [t("clerk.applicant"), `${order.account?.name ?? ""} (${order.account?.phone ?? ""})`],
        [t("clerk.newName"), <strong>{order.newName}</strong>],
        [t("order.created"), formatDateTime(order.created, locale)],
      ]} />
      <Complaint title="clerk.failed" error={error} />
      <div class="clerk-decision">
        <button type="button" class="button button-small" data-testid="approve" disabled={busy} onClick={() => decide(() => api.approve(order.id))}>{t("clerk.approve")}</button>
        <input type="text" aria-label={t("clerk.note")} placeholder={t("clerk.note")} maxLength={100} data-testid="note" value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        <button type="button" class="button-plain" data-testid="reject" disabled={busy || note.trim() === ""} onClick={() => decide(() => api.reject(order.id, note.trim()))}>{t("clerk.reject")}</button>
      </div>
    </li>
  );
}
