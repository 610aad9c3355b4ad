// Which part of the wizard is shown: what was left unfinished, the choice of a token, the code, or the work itself.
import { useEffect, useState } from "preact/hooks";
import type { Token, UkeyBridge } from "ukey-bridge";
import { useLanguage } from "../../shared/language";
import { useTokens } from "../../shared/use_tokens";
import { api, type Order } from "../api";
import { Complaint, Loading } from "../../shared/parts";
import { ChooseStep } from "./choose_step";
import { CodeStep } from "./code_step";
import { type Keys, orderIn, writtenAlready } from "./issue_on_token";
import { LostTokens } from "./lost_tokens";
import { NothingToIssue } from "./nothing_to_issue";
import { ProgressView } from "./progress_view";
import { RecoveryPanel } from "./recovery_panel";
import { StepsBar } from "./steps_bar";
import type { Task } from "./task";
import { useEnrolments } from "./use_enrolments";
import { useIssuance } from "./use_issuance";
import { forget, remember, remembered } from "./wizard_memory";

interface Props {
  bridge: UkeyBridge;
  task: Task;
  /** Serial number of the token that was chosen: the page keeps it while the language, and so the connection, changes. */
  chosenSerial: string | undefined;
  onChosen(serial: string | undefined): void;
  onReload(): void;
  onFinished(order: Order): void;
}

export function Wizard({ bridge, task, chosenSerial, onChosen, onReload, onFinished }: Props) {
  const { order, certificates } = task;
  const { locale, t } = useLanguage();
  const { view, error } = useTokens(bridge);
  const enrolments = useEnrolments(bridge);
  const [input, setInput] = useState(() => remembered(order.id));
  const issuance = useIssuance((after) => {
    if (after.state === "done") forget(order.id);
    enrolments.reload();
    onFinished(after);
  });
  const { state } = issuance;
  useEffect(() => {
    if (state.kind === "failed" || state.kind === "cancelled") enrolments.reload();
  }, [state.kind]);

  const written = view && enrolments.list ? writtenAlready(order.pending, view.certificates, enrolments.list) : [];
  const confirming = useConfirmation(order, written.map(({ issue }) => issue), onFinished);

  // What is plugged in now, by the name that stays when it is pulled and comes back.
  const plugged = (serial: string | undefined) => view?.tokens.find((each) => each.serial === serial);
  const start = (on: Token, code: string, keys: Keys, goesOn: boolean) => {
    setInput({ code, keys });
    remember(order.id, { code, keys });
    const old = certificates.find(({ id }) => id === order.certificate);
    issuance.start({ bridge, order, token: on, code, keys, locale, old, goesOn });
  };
  const again = () => {
    enrolments.reload();
    issuance.reset();
    onChosen(undefined);
    onReload();
  };

  if (state.kind !== "idle") {
    const pending = enrolments.list?.find((one) => one.tokenSerial === state.serial && orderIn(one.reference) === order.id);
    const retry = plugged(state.serial);
    return (
      <ProgressView
        issuance={issuance}
        order={order}
        pending={pending}
        isPlugged={retry !== undefined}
        onRetry={() => retry && start(retry, input.code, input.keys, pending !== undefined)}
        onBack={() => {
          enrolments.reload();
          issuance.reset();
        }}
        onNext={again}
      />
    );
  }
  if (order.state !== "ready") return <NothingToIssue order={order} />;
  const trouble = error ?? enrolments.error ?? confirming.error;
  if (trouble !== undefined) return <Complaint title="wizard.failed" error={trouble} />;
  if (!view || !enrolments.list || confirming.running) return <Loading />;
  const unfinished = enrolments.list.find((one) => orderIn(one.reference) === order.id);
  if (unfinished) {
    return (
      <RecoveryPanel
        key={unfinished.id}
        enrolment={unfinished}
        order={order}
        token={plugged(unfinished.tokenSerial)}
        code={input.code}
        onGoOn={(on, code) => start(on, code, input.keys, true)}
        onRolledBack={again}
      />
    );
  }
  const chosen = plugged(chosenSerial);
  return (
    <>
      <StepsBar now={chosen ? "code" : "choose"} />
      <LostTokens order={order} tokens={view.tokens} onWithdrawn={onReload} />
      {chosen ? (
        <CodeStep
          order={order}
          token={chosen}
          code={input.code}
          submitText={t(chosen.pin.state === "default" ? "code.submit.setPin" : "code.submit")}
          onCode={(code) => remember(order.id, { code })}
          onSubmit={(code) => start(chosen, code, input.keys, false)}
          onBack={() => onChosen(undefined)}
        />
      ) : (
        <ChooseStep
          task={task}
          view={view}
          enrolments={enrolments.list}
          keys={input.keys}
          onKeys={(keys) => {
            remember(order.id, { keys });
            setInput({ ...input, keys });
          }}
          onChosen={({ serial }) => onChosen(serial)}
        />
      )}
    </>
  );
}

/** A page that was closed before its last word to the server: what is on the token counts. */
function useConfirmation(order: Order, issues: number[], onConfirmed: (order: Order) => void): { running: boolean; error: unknown } {
  const [issue] = issues;
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (issue === undefined) return;
    let wanted = true;
    api.confirm(order.id, issue).then(
      (answer) => wanted && onConfirmed(answer.order),
      (reason: unknown) => wanted && setError(reason),
    );
    return () => {
      wanted = false;
    };
  }, [order.id, issue]);
  return { running: issue !== undefined && error === undefined, error };
}
