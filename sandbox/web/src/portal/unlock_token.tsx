// The last part of an unlock: the bridge's request to the RA, and the RA's answer to the bridge.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Token } from "ukey-bridge";
import { BridgeGate, Waiting } from "../shared/bridge_gate";
import { Icon, Notice } from "../shared/components";
import { isCancel } from "../shared/failure";
import { useLanguage } from "../shared/language";
import { useBridge } from "../shared/use_bridge";
import { useTokens } from "../shared/use_tokens";
import { api, type Unlock } from "./api";
import { dropAnswer, isSpent, keepAnswer, keptAnswer } from "./kept_answer";
import { needs } from "./needs";
import { Complaint } from "../shared/parts";
import { Link } from "../shared/router";
import { useAction } from "../shared/use_loaded";

/** `againIfUsed` is shown when the answer was given and did not serve. */
export function UnlockToken({ unlock, againIfUsed }: { unlock: Unlock; againIfUsed: ComponentChildren }) {
  const { locale, t } = useLanguage();
  const { state, connect } = useBridge(locale, needs);
  const bridge = state.kind === "connected" ? state.bridge : undefined;
  const { view, error } = useTokens(bridge);
  const action = useAction();
  const [done, setDone] = useState<{ temporaryPin: boolean }>();
  const token = view?.tokens.find(({ serial }) => serial === unlock.tokenSerial);

  const start = (on: Token) => action.run(() => unlockWith(on).then(setDone));
  const unlockWith = async (on: Token) => {
    try {
      // The RA answers an approval once.
      const response = keptAnswer(unlock.id) ?? (await api.answerUnlock(unlock.id, await on.requestUnlock())).response;
      keepAnswer(unlock.id, response);
      const outcome = await on.finishUnlock(response);
      dropAnswer(unlock.id);
      return outcome;
    } catch (failure) {
      if (isSpent(failure)) dropAnswer(unlock.id);
      throw failure;
    }
  };

  if (done) {
    return (
      <div class="done" data-testid="unlocked">
        <Icon name="check" />
        <p>{t(done.temporaryPin ? "unlock.doneTemporary" : "unlock.done")}</p>
        <Link to="/certificates" class="button">{t("nav.certificates")}</Link>
      </div>
    );
  }
  return (
    <BridgeGate state={state} why="unlock.connect" onConnect={connect}>
      {() => (
        <>
          <Notice tone="info"><p>{t("unlock.approved")}</p></Notice>
          <Complaint title="unlock.failed" error={error} />
          {!token && view && (
            <div class="plug-in" data-testid="plug-in" role="status">
              <Icon name="usb" />
              <p>{t("unlock.plugIn", { serial: unlock.tokenSerial })}</p>
            </div>
          )}
          {action.busy && <Waiting text={t("unlock.running")} />}
          {isCancel(action.error) && <Notice tone="info" testId="unlock-cancelled"><p>{t("wizard.cancelled")}</p></Notice>}
          {!isCancel(action.error) && <Complaint title="unlock.failed" error={action.error} />}
          <div class="buttons">
            <button type="button" class="button" data-testid="start-unlock" disabled={!token || action.busy} onClick={() => token && start(token)}>{t("unlock.start")}</button>
            <Link to="/certificates" class="button-plain">{t("action.back")}</Link>
          </div>
          {action.error !== undefined && !isCancel(action.error) && againIfUsed}
        </>
      )}
    </BridgeGate>
  );
}
