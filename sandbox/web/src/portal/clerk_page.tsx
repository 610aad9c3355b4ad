// The clerk's desk: what waits for approval.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Notice, PageHeading } from "../shared/components";
import { formatDateTime } from "../shared/format";
import { useLanguage } from "../shared/language";
import { api, type Account } from "./api";
import { Complaint, Facts, Loading } from "../shared/parts";
import { useAction, useLoaded } from "../shared/use_loaded";

async function loadDesk() {
  const [{ orders }, { unlocks }] = await Promise.all([api.clerkOrders(), api.clerkUnlocks()]);
  return { orders, unlocks };
}

export function ClerkPage() {
  const { t } = useLanguage();
  const { value: desk, error, reload } = useLoaded(loadDesk);
  return (
    <div class="content content-narrow">
      <div class="content-head">
        <PageHeading>{t("clerk.title")}</PageHeading>
        <button type="button" class="button-plain" data-testid="reload-clerk" onClick={reload}>{t("action.refresh")}</button>
      </div>
      <Notice tone="info"><p>{t("clerk.demo")}</p></Notice>
      <Complaint title="clerk.failed" error={error} />
      {!desk && error === undefined && <Loading />}
      {desk && desk.orders.length + desk.unlocks.length === 0 && <p class="empty" data-testid="clerk-empty">{t("clerk.none")}</p>}
      <ul class="rows">
        {desk?.orders.map(({ id, kind, newName, account, created }) => (
          <Application key={`order ${id}`} id={`order-${id}`} account={account} created={created} onDone={reload}
            what={`${t(`kind.${kind}`)} · ${t("orders.number", { id })}`} rows={[[t("clerk.newName"), <strong>{newName}</strong>]]}
            approve={() => api.approve(id)} reject={(note) => api.reject(id, note)} />
        ))}
        {desk?.unlocks.map(({ id, tokenSerial, account, created }) => (
          <Application key={`unlock ${id}`} id={`unlock-${id}`} account={account} created={created} onDone={reload}
            what={t("unlock.short")} rows={[[t("certificate.token"), t("certificate.serial", { serial: tokenSerial })]]}
            approve={() => api.approveUnlock(id)} reject={(note) => api.rejectUnlock(id, note)} />
        ))}
      </ul>
    </div>
  );
}

interface ApplicationProps {
  id: string;
  what: string;
  account: Account | undefined;
  created: string;
  rows: [string, ComponentChildren][];
  approve(): Promise<unknown>;
  reject(note: string): Promise<unknown>;
  onDone(): void;
}

function Application({ id, what, account, created, rows, approve, reject, onDone }: ApplicationProps) {
  const { locale, t } = useLanguage();
  const { busy, error, run } = useAction();
  const [note, setNote] = useState("");
  const decide = (call: () => Promise<unknown>) =>
    run(async () => {
      await call();
      onDone();
    });
  return (
    <li class="sheet" data-testid="application" data-id={id}>
      <Facts rows={[
        [t("clerk.application"), what],
        [t("clerk.applicant"), `${account?.name ?? ""} (${account?.phone ?? ""})`],
        ...rows,
        [t("order.created"), formatDateTime(created, locale)],
      ]} />
      <Complaint title="clerk.failed" error={error} />
      <div class="clerk-decision">
        <button type="button" class="button button-small" data-testid="approve" disabled={busy} onClick={() => decide(approve)}>{t("clerk.approve")}</button>
        <input type="text" aria-label={t("clerk.note")} placeholder={t("clerk.note")} maxLength={100} data-testid="note" value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        <button type="button" class="button-plain" data-testid="reject" disabled={busy || note.trim() === ""} onClick={() => decide(() => reject(note.trim()))}>{t("clerk.reject")}</button>
      </div>
    </li>
  );
}
