// The authorisation code from the text message.
import { useState } from "preact/hooks";
import type { Token } from "ukey-bridge";
import { Icon, Notice, StepHeading } from "../../shared/components";
import { useLanguage } from "../../shared/language";
import { initialPinOf } from "../../shared/models";
import { api, type Order } from "../api";
import { OutboxLink } from "../outbox_link";
import { Complaint, Field } from "../../shared/parts";
import { ResendButton } from "../resend";
import { useAction } from "../../shared/use_loaded";

interface Props {
  order: Order;
  token: Token;
  code: string;
  submitText: string;
  onCode(code: string): void;
  onSubmit(code: string): void;
  onBack(): void;
}

export function CodeStep({ order, token, code: before, submitText, onCode, onSubmit, onBack }: Props) {
  const { t } = useLanguage();
  const [code, setCode] = useState(before);
  const type = (typed: string) => {
    setCode(typed);
    onCode(typed);
  };
  const initial = initialPinOf(token);
  return (
    <form class="sheet form" onSubmit={(event) => { event.preventDefault(); onSubmit(code.trim()); }}>
      <StepHeading>{t("code.heading")}</StepHeading>
      <p class="chosen-token">
        <Icon name="usb" />
        <span>{token.label || token.model} · <code class="serial-number" data-testid="chosen-serial">{token.serial}</code></span>
      </p>
      <CodeField order={order} code={code} onCode={type} />
      {token.pin.state === "default" && (
        <Notice tone="info" testId="sets-pin">
          <p class="notice-title">{t("pinStep.default.title")}</p>
          <p>{initial ? t("pinStep.default.named", { pin: initial }) : t("pinStep.default.unnamed")}</p>
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
  return (
    <>
      <Field label={t("code.label")} hint={t("code.hint")} value={code} onValue={onCode} testId="authorisation-code" inputMode="numeric" autoComplete="one-time-code" maxLength={10}>
        <ResendButton name={`order.${order.id}`} what={t("code.again")} action={action} send={() => api.sendCode(order.id)} onSent={() => { onCode(""); setSent(true); }} testId="new-code" />
      </Field>
      <p class="field-hint">{sent && <strong data-testid="code-sent">{t("code.sentAgain")} </strong>}<OutboxLink /></p>
      <Complaint title="code.failed" error={action.error} />
    </>
  );
}
