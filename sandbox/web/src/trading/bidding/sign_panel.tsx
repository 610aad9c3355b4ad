// The document as it will be signed, and how the signing went.
import type { ComponentChildren } from "preact";
import type { UkeyBridge } from "ukey-bridge";
import { Waiting } from "../../shared/bridge_gate";
import { FailureNotice, Icon, Notice, StepHeading } from "../../shared/components";
import { failureOf } from "../../shared/failure";
import { useLanguage } from "../../shared/language";
import type { Receipt } from "./api";
import type { SigningActions } from "./use_signing";

interface Props {
  signing: SigningActions;
  bridge: UkeyBridge | undefined;
  /** What the window of the bridge calls the document. */
  description: string;
  /** What is filled in before there is a document. */
  children: ComponentChildren;
}

export function SignPanel({ signing, bridge, description, children }: Props) {
  const language = useLanguage();
  const { t } = language;
  const { state } = signing;
  switch (state.kind) {
    case "shown":
    case "signing":
      return (
        <section class="sheet" data-testid="to-sign">
          <StepHeading icon="pen">{t("sign.title")}</StepHeading>
          <p>{t("sign.text")}</p>
          <pre class="document" data-testid="document" lang="zh-CN">{state.draft.document}</pre>
          {state.kind === "signing" ? (
            <Waiting text={t("sign.running")} />
          ) : (
            <div class="buttons">
              <button type="button" class="button" data-testid="sign" disabled={!bridge} onClick={() => bridge && signing.sign(bridge, description)}>{t("sign.action")}</button>
              <button type="button" class="button-plain" data-testid="sign-back" onClick={signing.reset}>{t("action.back")}</button>
            </div>
          )}
        </section>
      );
    case "drafting":
    case "sending":
      return <Waiting text={t("sign.sending")} />;
    case "unanswered":
      return (
        <>
          <FailureNotice title={t("sign.unanswered")} failure={failureOf(state.error, language)}><p>{t("sign.unanswered.text")}</p></FailureNotice>
          <button type="button" class="button" data-testid="send-again" onClick={signing.sendAgain}>{t("sign.again")}</button>
        </>
      );
    case "received":
      return (
        <>
          <ReceiptView receipt={state.receipt} />
          <button type="button" class="button-plain" data-testid="receipt-read" onClick={signing.reset}>{t("action.close")}</button>
        </>
      );
    default:
      return (
        <>
          {state.kind === "failed" && <FailureNotice title={t("sign.failed")} failure={failureOf(state.error, language)} />}
          {state.kind === "cancelled" && <Notice tone="info" testId="sign-cancelled"><p>{t("sign.cancelled")}</p></Notice>}
          {children}
        </>
      );
  }
}

function ReceiptView({ receipt }: { receipt: Receipt }) {
  const { t } = useLanguage();
  const href = `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(receipt, undefined, 2))}`;
  return (
    <section class="sheet" data-testid="receipt">
      <StepHeading icon="check">{t("receipt.title")}</StepHeading>
      <p>{t("receipt.text")}</p>
      <pre class="document" lang="zh-CN">{receipt.document}</pre>
      <p class="notice-code">{t("receipt.signature")}: <code>{receipt.signature}</code></p>
      <p><a class="button-plain" href={href} download="receipt.json" data-testid="save-receipt"><Icon name="download" /> {t("receipt.save")}</a></p>
    </section>
  );
}
