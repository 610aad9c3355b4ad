// Log in with the phone, or register: a code by text message proves the number.
import { useState } from "preact/hooks";
import type { TextKey } from "../shared/catalogue";
import { Icon, Notice, PageHeading } from "../shared/components";
import { useLanguage } from "../shared/language";
import { type Account, type AccountKind, api } from "./api";
import { OutboxLink } from "./outbox_link";
import { Choice, Complaint, Field } from "../shared/parts";
import { ResendButton } from "./resend";
import { useAction } from "../shared/use_loaded";

type Mode = "login" | "register";
const modes: Mode[] = ["login", "register"];

interface Props {
  notice: TextKey | undefined;
  onAccount(account: Account): void;
}

export function LoginPage({ notice, onAccount }: Props) {
  const { t } = useLanguage();
  const [mode, setMode] = useState<Mode>("login");
  return (
    <div class="login">
      <section class="login-claim">
        <p class="login-claim-title">{t("portal.claim")}</p>
        <ul>
          <li><Icon name="usb" />{t("portal.point.noTool")}</li>
          <li><Icon name="shield" />{t("portal.point.safe")}</li>
          <li><Icon name="key" />{t("portal.point.pin")}</li>
        </ul>
      </section>
      <section class="panel" aria-label={t(`account.${mode}`)}>
        <PageHeading>{t(`account.${mode}`)}</PageHeading>
        <div class="tabs" role="group" aria-label={t("account.mode")}>
          {modes.map((each) => (
            <button key={each} type="button" aria-pressed={each === mode} data-testid={`mode-${each}`} onClick={() => setMode(each)}>
              {t(`account.${each}`)}
            </button>
          ))}
        </div>
        {notice && (
          <Notice tone="info" testId="notice">
            <p>{t(notice)}</p>
            {notice === "login.sessionEnded" && location.pathname !== "/" && <p>{t("account.back")}</p>}
          </Notice>
        )}
        <AccountForm key={mode} mode={mode} onAccount={onAccount} />
      </section>
    </div>
  );
}

function AccountForm({ mode, onAccount }: { mode: Mode; onAccount(account: Account): void }) {
  const { t } = useLanguage();
  const action = useAction();
  const { busy, error, run } = action;
  const [kind, setKind] = useState<AccountKind>("person");
  const [name, setName] = useState("");
  const [identityNumber, setIdentityNumber] = useState("");
  const [phone, setPhone] = useState("");
  const [code, setCode] = useState("");
  const [sent, setSent] = useState<{ to: string; again: boolean }>();

  const submit = (event: Event) => {
    event.preventDefault();
    run(async () => {
      const who = { phone: phone.trim(), code: code.trim() };
      const registration = { kind, name: name.trim(), identityNumber: identityNumber.trim(), ...who };
      const { account } = await (mode === "login" ? api.login(who.phone, who.code) : api.register(registration));
      onAccount(account);
    });
  };
  return (
    <form class="form" onSubmit={submit}>
      {mode === "register" && (
        <>
          <Choice legend={t("account.kind")} name="kind" value={kind} onValue={(value) => setKind(value)} options={[
            { value: "person", title: t("account.person") },
            { value: "organisation", title: t("account.organisation") },
          ]} />
          <Field label={t(`account.name.${kind}`)} hint={t("account.name.hint")} value={name} onValue={setName} testId="name" maxLength={60}
            autoComplete={kind === "person" ? "name" : "organization"} />
          <Field label={t(`account.identity.${kind}`)} value={identityNumber} onValue={setIdentityNumber} testId="identity-number" maxLength={20} />
        </>
      )}
      <Field label={t("account.phone")} value={phone} onValue={setPhone} testId="phone" inputMode="tel" autoComplete="tel-national" maxLength={11}>
        <ResendButton key={phone.trim()} name={`phone.${phone.trim()}`} what={t(sent ? "account.sendAgain" : "account.sendCode")} action={action} isDisabled={phone.trim() === ""}
          send={() => api.sendVerification(phone.trim())} onSent={() => setSent((before) => ({ to: phone.trim(), again: before?.to === phone.trim() }))} testId="send-code" />
      </Field>
      <Field label={t("account.code")} value={code} onValue={setCode} testId="code" inputMode="numeric" autoComplete="one-time-code" maxLength={6} />
      {sent && (
        <Notice tone="info" testId="code-sent">
          <p>{t(sent.again ? "account.codeSentAgain" : "account.codeSent", { phone: sent.to })}</p>
          <p>{t("account.codeSent.demo")} <OutboxLink /></p>
        </Notice>
      )}
      <Complaint title="account.failed" error={error} />
      <button type="submit" class="button button-wide" data-testid="submit" disabled={busy}>{t(`account.${mode}`)}</button>
    </form>
  );
}
