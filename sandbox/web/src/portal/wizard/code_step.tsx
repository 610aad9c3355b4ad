// The authorisation code from the text message.
import { useState } from "preact/hooks";
import type { Token } from "ukey-bridge";
import { Icon, Notice } from "../../shared/components";
import { useLanguage } from "../../shared/language";
import { api, type Order } from "../api";
import { Complaint, Field, OutboxLink } from "../parts";
import { useAction } from "../use_loaded";

interface Props {
  order: Order;
  token: Token;
  code: string;
  submitText: string;
  onSubmit(code: string): void;
  onBack(): void;
}

export function CodeStep({ order, token, code: before, submitText, onSubmit, onBack }: Props) {
  const { t } = useLanguage();
  const [code, setCode] = useState(before);
  return (
    <form class="sheet form" onSubmit={(event) => { event.preventDefault(); onSubmit(code.trim()); }}>
      <p class="chosen-token">
        <Icon name="usb" />
        <span>{token.label || token.model} · <code class="serial-number" data-testid="chosen-serial">{token.serial}</code></span>
      </p>
      <CodeField order={order} code={code} onCode={setCode} />
      {token.pin.state === "default" && (
        <Notice tone="info" testId="sets-pin">
          <p class="notice-title">{t("pinStep.default.title")}</p>
          <p>{t("pinStep.default.text")}</p>
        </Notice>
      )}
      <div class="buttons">
        <button type="submit" class="button" data-testid="start" disabled={code.trim() === ""}>{submitText}</button>
        <button type="button" class="button-plain" data-testid="back-to-choose" onClick={onBack}>{t("action.back")}</button>
      </div>
    </form>
  );
}

/** The code with a way to get another one. */
export function CodeField({ order, code, onCode }: { order: Order; code: string; onCode(code: string): void }) {
  const { t } = useLanguage();
  const action = useAction();
  const [sent, setSent] = useState(false);
  const resend = () =>
    action.run(async () => {
      await api.sendCode(order.id);
      onCode("");
      setSent(true);
    });
  return (
    <>
      <Field label={t("code.label")} hint={t("code.hint")} value={code} onValue={onCode} testId="authorisation-code" inputMode="numeric" autoComplete="one-time-code" maxLength={10}>
        <button type="button" class="button-plain" data-testid="new-code" disabled={action.busy} onClick={resend}>{t("code.again")}</button>
      </Field>
      <p class="field-hint">{sent && <strong data-testid="code-sent">{t("code.sentAgain")} </strong>}<OutboxLink /></p>
      <Complaint title="code.failed" error={action.error} />
    </>
  );
}
