// 制证: from a token, a code and a PIN to certificates. It may be left at any moment, and goes on where it was.
import { useCallback, useState } from "preact/hooks";
import { BridgeGate, ConnectionMark } from "../../shared/bridge_gate";
import { PageHeading } from "../../shared/components";
import { useLanguage } from "../../shared/language";
import { useBridge } from "../../shared/use_bridge";
import { type Account, api } from "../api";
import { needs } from "../needs";
import { Complaint, Loading } from "../../shared/parts";
import { useLoaded } from "../../shared/use_loaded";
import type { Task } from "./task";
import { Wizard } from "./wizard";
import { remember, remembered } from "./wizard_memory";
import "./wizard.css";

async function loadTask(id: number): Promise<Task> {
  const [{ order }, { certificates }] = await Promise.all([api.order(id), api.certificates()]);
  return { order, certificates };
}

export function WizardPage({ id, onAccount }: { id: number; onAccount(account: Account): void }) {
  const { locale, t } = useLanguage();
  const { state, connect } = useBridge(locale, needs);
  const [serial, setSerial] = useState(() => remembered(id).serial);
  const choose = (chosen: string | undefined) => {
    remember(id, { serial: chosen });
    setSerial(chosen);
  };
  const { value: task, error, reload } = useLoaded(() => loadTask(id));
  const finished = useCallback(async () => {
    reload();
    // A change of name is in the account as well.
    const { account } = await api.session().catch(() => ({ account: undefined }));
    if (account) onAccount(account);
  }, []);
  return (
    <div class="content content-wizard">
      <div class="content-head">
        <PageHeading>{task ? t(`wizard.${task.order.kind}`) : t("wizard.issue")}</PageHeading>
        {task && task.order.quantity > 1 && (
          <p class="wizard-count" data-testid="issued-of">{t("order.issuedOf", { issued: task.order.issued, quantity: task.order.quantity })}</p>
        )}
        {state.kind === "connected" && <ConnectionMark online={state.online} />}
      </div>
      <Complaint title="orders.failed" error={error} />
      {!task && error === undefined && <Loading />}
      {task && (
        <BridgeGate state={state} why="wizard.connect" onConnect={connect}>
          {(bridge) => <Wizard bridge={bridge} task={task} chosenSerial={serial} onChosen={choose} onReload={reload} onFinished={() => void finished()} />}
        </BridgeGate>
      )}
    </div>
  );
}
