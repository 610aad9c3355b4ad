// 解锁: a code by phone, a clerk's approval, and then the token is unlocked here.
import { useEffect, useState } from "preact/hooks";
import { Notice, PageHeading } from "../shared/components";
import { algorithmName } from "../shared/format";
import { useLanguage } from "../shared/language";
import { api, type Unlock } from "./api";
import { keptAnswer } from "./kept_answer";
import { OutboxLink } from "./outbox_link";
import { Complaint, Facts, Field, Loading } from "../shared/parts";
import { Link, navigate } from "../shared/router";
import { ResendButton } from "./resend";
import { UnlockToken } from "./unlock_token";
import { useAction, useLoaded } from "../shared/use_loaded";

async function loadCase(id: number) {
  const [{ certificates }, { unlocks }] = await Promise.all([api.certificates(), api.unlocks()]);
  return { certificate: certificates.find((each) => each.id === id), unlock: unlocks.find(({ certificate }) => certificate === id) };
}

export function UnlockPage({ id }: { id: number }) {
  const { t } = useLanguage();
  const { value, error, reload, set } = useLoaded(() => loadCase(id));
  const certificate = value?.certificate;
  return (
    <div class="content content-narrow">
      <PageHeading>{t("unlock.title")}</PageHeading>
      <Complaint title="certificates.failed" error={error} />
      {!value && error === undefined && <Loading />}
      {value && !certificate && <p class="empty">{t("service.noCertificate")}</p>}
      {value && certificate && (
        <section class="sheet" data-testid="unlock-page" data-state={value.unlock?.state ?? "none"}>
          <Facts rows={[
            [t("service.certificate"), <><strong>{certificate.name}</strong> · {algorithmName(certificate.algorithm)}</>],
            [t("certificate.token"), t("certificate.serial", { serial: certificate.tokenSerial })],
          ]} />
          <UnlockStep certificate={id} unlock={value.unlock} onUnlock={(unlock) => set({ certificate, unlock })} onReload={reload} />
        </section>
      )}
    </div>
  );
}

/** By the serial number of a locked token: the way from pages that know no more of it. */
export function UnlockSerialPage({ serial }: { serial: string }) {
  const { t } = useLanguage();
  const { value, error } = useLoaded(async () => (await api.certificates()).certificates, serial);
  const certificate = value?.find(({ tokenSerial, state }) => tokenSerial === serial && state !== "revoked");
  useEffect(() => {
    if (certificate) navigate(`/certificates/${certificate.id}/unlock`, { replace: true });
  }, [certificate?.id]);
  return (
    <div class="content content-narrow">
      <PageHeading>{t("unlock.title")}</PageHeading>
      <Complaint title="certificates.failed" error={error} />
      {value && !certificate ? <p class="empty" data-testid="unlock-unknown">{t("unlock.unknown", { serial })}</p> : error === undefined && <Loading />}
    </div>
  );
}

interface StepProps {
  certificate: number;
  unlock: Unlock | undefined;
  onUnlock(unlock: Unlock): void;
  onReload(): void;
}

function UnlockStep({ certificate, unlock, onUnlock, onReload }: StepProps) {
  const { t } = useLanguage();
  switch (unlock?.state) {
    case undefined:
      return (
        <>
          <p>{t("unlock.what")}</p>
          <Ask certificate={certificate} onUnlock={onUnlock} again={false} />
        </>
      );
    case "unverified":
      return <Verify unlock={unlock} onUnlock={onUnlock} />;
    case "in-review":
      return (
        <Notice tone="info" testId="unlock-in-review">
          <p>{t("unlock.inReview")} <Link to="/clerk">{t("nav.clerk")}</Link></p>
          <button type="button" class="button-plain" data-testid="reload-unlock" onClick={onReload}>{t("action.refresh")}</button>
        </Notice>
      );
    case "approved":
      return <UnlockToken unlock={unlock} againIfUsed={<Ask certificate={certificate} onUnlock={onUnlock} again />} />;
    case "answered":
      if (keptAnswer(unlock.id)) return <UnlockToken unlock={unlock} againIfUsed={<Ask certificate={certificate} onUnlock={onUnlock} again />} />;
      return (
        <>
          <Notice tone="info" testId="unlock-answered"><p>{t("unlock.answered")}</p></Notice>
          <Ask certificate={certificate} onUnlock={onUnlock} again />
        </>
      );
    case "rejected":
      return (
        <>
          <Notice tone="warn" testId="unlock-rejected"><p>{t("unlock.rejected", { note: unlock.note ?? "" })}</p></Notice>
          <Ask certificate={certificate} onUnlock={onUnlock} again />
        </>
      );
  }
}

function Ask({ certificate, onUnlock, again }: { certificate: number; onUnlock(unlock: Unlock): void; again: boolean }) {
  const { t } = useLanguage();
  const { busy, error, run } = useAction();
  const ask = () => run(async () => onUnlock((await api.askUnlock(certificate)).unlock));
  return (
    <>
      <Complaint title="unlock.failed" error={error} />
      <div class="buttons">
        <button type="button" class={again ? "button-plain" : "button"} data-testid="ask-unlock" disabled={busy} onClick={ask}>{t(again ? "unlock.again" : "unlock.ask")}</button>
        {!again && <Link to="/certificates" class="button-plain">{t("action.back")}</Link>}
      </div>
    </>
  );
}

function Verify({ unlock, onUnlock }: { unlock: Unlock; onUnlock(unlock: Unlock): void }) {
  const { t } = useLanguage();
  const action = useAction();
  const { busy, error, run } = action;
  const [code, setCode] = useState("");
  const [sentAgain, setSentAgain] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    run(async () => onUnlock((await api.verifyUnlock(unlock.id, code.trim())).unlock));
  };
  return (
    <form class="form" onSubmit={submit}>
      <Notice tone="info" testId="unlock-code-sent">
        {sentAgain && <p class="notice-strong">{t("resend.sent")}</p>}
        <p>{t("unlock.codeSent")} <OutboxLink /></p>
      </Notice>
      <Field label={t("account.code")} value={code} onValue={setCode} testId="unlock-code" inputMode="numeric" autoComplete="one-time-code" maxLength={6}>
        <ResendButton name={`unlock.${unlock.id}`} what={t("account.sendAgain")} action={action} send={() => api.sendUnlockCode(unlock.id)} onSent={() => setSentAgain(true)} testId="send-code" />
      </Field>
      <Complaint title="unlock.failed" error={error} />
      <button type="submit" class="button" data-testid="verify-unlock" disabled={busy}>{t("unlock.verify")}</button>
    </form>
  );
}
