// What a page before this one began and did not finish: go on, or take the token back to what it was.
import { useState } from "preact/hooks";
import type { Enrolment, Token } from "ukey-bridge";
import { Icon, StepHeading } from "../../shared/components";
import { formatDateTime } from "../../shared/format";
import { isCancel } from "../../shared/failure";
import { useLanguage } from "../../shared/language";
import type { Order } from "../api";
import { Complaint, Facts } from "../../shared/parts";
import { useAction } from "../../shared/use_loaded";
import { CodeField } from "./code_step";
import { rollBack } from "./issue_on_token";

interface Props {
  enrolment: Enrolment;
  order: Order;
  /** Undefined while it is not plugged in. */
  token: Token | undefined;
  code: string;
  onGoOn(token: Token, code: string): void;
  onRolledBack(): void;
}

export function RecoveryPanel({ enrolment, order, token, code: before, onGoOn, onRolledBack }: Props) {
  const { locale, t } = useLanguage();
  const [code, setCode] = useState(before);
  const { busy, error, run } = useAction();
  const giveUp = () =>
    run(async () => {
      await rollBack(enrolment, order.id);
      onRolledBack();
    });
  return (
    <form class="sheet form" data-testid="recovery" data-state={enrolment.state}
      onSubmit={(event) => { event.preventDefault(); if (token) onGoOn(token, code.trim()); }}>
      <StepHeading icon="clock">{t("recovery.title")}</StepHeading>
      <p>{t("recovery.text")}</p>
      <Facts rows={[
        [t("order.kind"), t(`kind.${enrolment.kind}`)],
        [t("token.serial"), <code class="serial-number">{enrolment.tokenSerial}</code>],
        [t("recovery.started"), formatDateTime(enrolment.started, locale)],
        [t("recovery.state"), t(`recovery.state.${enrolment.state}`)],
      ]} />
      {!token && (
        <div class="plug-in" data-testid="plug-in" role="status">
          <Icon name="usb" />
          <p>{t("recovery.plugIn", { serial: enrolment.tokenSerial })}</p>
        </div>
      )}
      {token && <CodeField order={order} code={code} onCode={setCode} />}
      {!isCancel(error) && <Complaint title="recovery.failed" error={error} />}
      <div class="buttons">
        <button type="submit" class="button" data-testid="go-on" disabled={!token || busy || code.trim() === ""}>{t("recovery.goOn")}</button>
        <button type="button" class="button-plain" data-testid="roll-back" disabled={!token || busy} onClick={giveUp}>{t("recovery.rollBack")}</button>
      </div>
      <p class="field-hint">{t("recovery.rollBack.hint")}</p>
    </form>
  );
}
