// 修改密码: the bridge's window asks; the page says what it will ask.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Token, UkeyBridge } from "ukey-bridge";
import { Waiting } from "./bridge_gate";
import { FailureNotice, Notice } from "./components";
import { failureOf, isCancel, needsUnlock } from "./failure";
import { useLanguage } from "./language";
import { initialPinOf } from "./models";

type State = { kind: "idle" | "running" | "done" } | { kind: "failed"; error: unknown };

/** `unlock`: the way to an unlock, shown where nothing else helps. */
export function ChangePin({ bridge, token, unlock }: { bridge: UkeyBridge; token: Token; unlock: ComponentChildren }) {
  const language = useLanguage();
  const { t } = language;
  const [state, setState] = useState<State>({ kind: "idle" });
  const change = async () => {
    setState({ kind: "running" });
    try {
      if (!bridge.grants.includes("manage")) await bridge.requestAccess(["manage"]);
      await token.changePin();
      setState({ kind: "done" });
    } catch (error) {
      setState({ kind: "failed", error });
    }
  };
  if (state.kind === "running") {
    const initial = token.pin.state === "default" ? initialPinOf(token) : undefined;
    return <Waiting text={initial ? t("changePin.initial", { pin: initial }) : t("changePin.running")} />;
  }
  return (
    <div class="change-pin">
      {state.kind === "done" && <Notice tone="info" testId="pin-changed"><p>{t("changePin.done")}</p></Notice>}
      {state.kind === "failed" && isCancel(state.error) && <Notice tone="info" testId="pin-change-cancelled"><p>{t("changePin.cancelled")}</p></Notice>}
      {state.kind === "failed" && !isCancel(state.error) && <FailureNotice title={t("changePin.failed")} failure={failureOf(state.error, language)}>{needsUnlock(state.error) && unlock}</FailureNotice>}
      <button type="button" class="button-plain" data-testid="change-pin" onClick={() => void change()}>{t("changePin.action")}</button>
    </div>
  );
}
