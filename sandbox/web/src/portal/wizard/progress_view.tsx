// The work on one token, step by step; how it ended, and what can be done then.
import { type Enrolment, UkeyError } from "ukey-bridge";
import { Icon, Notice, Spinner, StepHeading } from "../../shared/components";
import { needsUnlock } from "../../shared/failure";
import { useLanguage } from "../../shared/language";
import { OverlookedDialog } from "../../shared/overlooked_dialog";
import type { Order } from "../api";
import { Complaint } from "../../shared/parts";
import { unlockAddress } from "../router";
import { Link } from "../../shared/router";
import { useAction } from "../../shared/use_loaded";
import { rollBack, type Stage } from "./issue_on_token";
import { StepsBar, type WizardStep } from "./steps_bar";
import type { Issuance, IssuanceState } from "./use_issuance";

interface Props {
  issuance: Issuance;
  order: Order;
  /** What is on the token by now, if the work was interrupted. */
  pending: Enrolment | undefined;
  isPlugged: boolean;
  onRetry(): void;
  onBack(): void;
  onNext(): void;
}

const barOf: Record<Stage, WizardStep> = { code: "code", pin: "code", request: "request", import: "import", done: "done" };

export function ProgressView(props: Props) {
  const { t } = useLanguage();
  const { issuance, order } = props;
  const { state } = issuance;
  if (state.kind === "idle") return null;
  const stage = state.kind === "done" ? "done" : state.stage;
  return (
    <>
      <StepsBar now={barOf[stage]} />
      <section class="sheet" data-testid="issuance" data-kind={state.kind} data-stage={stage} data-serial={state.serial}>
        {state.kind === "done" ? <Done order={state.order} serial={state.serial} onNext={props.onNext} /> : <StepHeading key={stage}>{t(`stage.${stage}`)}</StepHeading>}
        {state.kind === "running" && <StageNow state={state} />}
        {state.kind === "running" && (stage === "code" || stage === "pin" || stage === "request") && (
          <div class="buttons">
            <button type="button" class="button-plain" data-testid="cancel" onClick={issuance.cancel}>{t("action.cancel")}</button>
          </div>
        )}
        {(state.kind === "failed" || state.kind === "cancelled") && <Interrupted {...props} order={order} state={state} />}
      </section>
    </>
  );
}

function StageNow({ state }: { state: Extract<IssuanceState, { kind: "running" }> }) {
  const { t } = useLanguage();
  const { step } = state;
  return (
    <div class="stage-now" role="status" data-testid={`stage-${state.stage}`}>
      <Spinner />
      <p class="stage-text">{step?.text ?? t(`stage.${state.stage}.text`)}</p>
      <OverlookedDialog />
      {step && (
        <progress class="stage-progress" max={step.steps} value={step.step} aria-label={step.text} data-testid={`${state.stage}-progress`} data-step={step.step} data-steps={step.steps} />
      )}
    </div>
  );
}

function Interrupted({ issuance, order, pending, isPlugged, onRetry, onBack, onNext, state }: Props & { state: Extract<IssuanceState, { kind: "failed" | "cancelled" }> }) {
  const { t } = useLanguage();
  const { busy, error, run } = useAction();
  const codeIsWrong = state.stage === "code";
  const giveUp = () =>
    run(async () => {
      if (pending) await rollBack(pending, order.id);
      onNext();
    });
  return (
    <>
      {state.kind === "failed" && (
        <Complaint title="wizard.failed" error={state.error}>
          {mayKeepKeys(order, state.error) && <p data-testid="keep-keys-hint">{t("wizard.full.keep")}</p>}
          {needsUnlock(state.error) && <Link to={unlockAddress(state.serial)} testId="unlock-it">{t("token.unlock")}</Link>}
        </Complaint>
      )}
      {state.kind === "cancelled" && <Notice tone="info" testId="cancelled"><p>{t("wizard.cancelled")}</p></Notice>}
      {state.hasNewPin && <Notice tone="info" testId="has-new-pin"><p>{t("wizard.newPin")}</p></Notice>}
      <p class="field-hint">{t(pending ? "wizard.stopped.pending" : state.hasNewPin ? "wizard.stopped.nothingElse" : "wizard.stopped.nothing")}</p>
      {!isPlugged && <Notice tone="warn" testId="unplugged"><p>{t("recovery.plugIn", { serial: state.serial })}</p></Notice>}
      <Complaint title="recovery.failed" error={error} />
      <div class="buttons">
        {codeIsWrong ? (
          <button type="button" class="button" data-testid="back" onClick={onBack}>{t("wizard.backToCode")}</button>
        ) : (
          <button type="button" class="button" data-testid="retry" disabled={!isPlugged || busy} onClick={onRetry}>{t(pending ? "recovery.goOn" : "action.retry")}</button>
        )}
        {pending && <button type="button" class="button-plain" data-testid="roll-back" disabled={!isPlugged || busy} onClick={giveUp}>{t("recovery.rollBack")}</button>}
        {!pending && !codeIsWrong && <button type="button" class="button-plain" data-testid="back" onClick={issuance.reset}>{t("action.back")}</button>}
      </div>
    </>
  );
}

/** Where there is no room for new keys the old ones may stay. */
function mayKeepKeys({ kind }: Order, error: unknown): boolean {
  return (kind === "renew" || kind === "change") && error instanceof UkeyError && error.code === "token-full";
}

function Done({ order, serial, onNext }: { order: Order; serial: string; onNext(): void }) {
  const { t } = useLanguage();
  const left = order.quantity - order.issued;
  return (
    <div class="done" data-testid="issued" data-left={left}>
      <Icon name="check" />
      <StepHeading>{t(`done.${order.kind}`)}</StepHeading>
      <p>{t("done.serial", { serial })}</p>
      {left > 0 && <p>{t("done.left", { issued: order.issued, quantity: order.quantity })}</p>}
      {order.kind === "change" && <p>{t("done.change.text")}</p>}
      {order.kind === "reissue" && <p>{t("done.reissue.text")}</p>}
      <div class="buttons">
        {left > 0 && <button type="button" class="button" data-testid="next-token" onClick={onNext}>{t("done.next", { next: order.issued + 1, quantity: order.quantity })}</button>}
        <Link to="/certificates" class={left > 0 ? "button-plain" : "button"} testId="to-certificates">{t("nav.certificates")}</Link>
      </div>
    </div>
  );
}
