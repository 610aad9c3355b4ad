// 竞买申请 and 交纳保证金.
import { useState } from "preact/hooks";
import { FailureNotice } from "../../shared/components";
import { failureOf } from "../../shared/failure";
import { formatNumber } from "../../shared/format";
import { useLanguage } from "../../shared/language";
import { Field, StandIn } from "../../shared/parts";
import type { Parcel } from "../api";
import { biddingApi, type Standing } from "./api";

export function ApplicationForm({ onDraft }: { onDraft(contact: string, phone: string): void }) {
  const { t } = useLanguage();
  const [contact, setContact] = useState("");
  const [phone, setPhone] = useState("");
  return (
    <form class="sheet form" data-testid="application-form" onSubmit={(event) => { event.preventDefault(); onDraft(contact.trim(), phone.trim()); }}>
      <p>{t("application.text")}</p>
      <Field label={t("application.contact")} value={contact} onValue={setContact} testId="contact" autoComplete="name" maxLength={30} />
      <Field label={t("application.phone")} value={phone} onValue={setPhone} testId="contact-phone" inputMode="tel" autoComplete="tel-national" maxLength={20} />
      <button type="submit" class="button" data-testid="apply">{t("application.action")}</button>
    </form>
  );
}

export function Deposit({ parcel, onPaid }: { parcel: Parcel; onPaid(standing: Standing): void }) {
  const language = useLanguage();
  const { locale, t } = language;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const value = formatNumber(parcel.depositYuan, locale);
  const pay = async () => {
    setBusy(true);
    await biddingApi.payDeposit(parcel.id).then(onPaid, setError);
    setBusy(false);
  };
  return (
    <StandIn icon="card" title={t("deposit.title")} text={t("deposit.text", { value })}>
      {error !== undefined && <FailureNotice title={t("deposit.failed")} failure={failureOf(error, language)} />}
      <button type="button" class="button button-small" data-testid="pay-deposit" disabled={busy} onClick={() => void pay()}>{t("deposit.action", { value })}</button>
    </StandIn>
  );
}
