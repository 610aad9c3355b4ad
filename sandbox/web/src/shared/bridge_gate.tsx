// What a page shows until it is connected to Ukey Bridge, and the mark that it is.
import type { ComponentChildren } from "preact";
import { UkeyBridge, UkeyError } from "ukey-bridge";
import type { TextKey } from "./catalogue";
import { FailureNotice, Icon, Spinner } from "./components";
import { failureOf } from "./failure";
import { useLanguage } from "./language";
import { OverlookedDialog } from "./overlooked_dialog";
import { type BridgeState, isRetryable } from "./use_bridge";

interface Props {
  state: BridgeState;
  /** Why the page needs the bridge, before the browser asks. */
  why: TextKey;
  onConnect(): void;
  children(bridge: UkeyBridge, online: boolean): ComponentChildren;
}

export function BridgeGate({ state, why, onConnect, children }: Props) {
  const language = useLanguage();
  const { t } = language;
  switch (state.kind) {
    case "unknown":
      return <Waiting text={t("login.connecting")} />;
    case "click-needed":
      return (
        <div class="empty">
          <Icon name="usb" />
          <p class="empty-title">{t("login.connect.title")}</p>
          <p>{t(why)}</p>
          <button type="button" class="button" data-testid="connect" onClick={onConnect}>
            {t("login.connect.action")}
          </button>
        </div>
      );
    case "connecting":
      return <Waiting text={t(state.prompting ? "login.permission" : "login.connecting")} />;
    case "failed":
      return (
        <>
          <FailureNotice title={t("login.missing.title")} failure={failureOf(state.error, language)} />
          {isMissing(state.error) && <a class="button-plain" href="/download" data-testid="to-download">{t("download.open")}</a>}
          {isRetryable(state.error) && (
            <button type="button" class="button" data-testid="connect" onClick={onConnect}>
              {t("action.retry")}
            </button>
          )}
          {UkeyError.is(state.error, "identity-changed") && <NewInstallation onConnect={onConnect} />}
        </>
      );
    case "connected":
      return <>{children(state.bridge, state.online)}</>;
  }
}

/** Whether there is something to install. */
function isMissing(error: unknown): boolean {
  return UkeyError.is(error, "not-installed") || UkeyError.is(error, "outdated");
}

/** Another bridge than before answers. Only the user can know whether that is right. */
function NewInstallation({ onConnect }: { onConnect(): void }) {
  const { t } = useLanguage();
  const trustTheNext = () => {
    UkeyBridge.forgetIdentity();
    onConnect();
  };
  return (
    <button type="button" class="button-plain" data-testid="new-installation" onClick={trustTheNext}>
      {t("login.newInstallation")}
    </button>
  );
}

export function Waiting({ text }: { text: string }) {
  return (
    <div class="empty" role="status">
      <Spinner />
      <p>{text}</p>
      <OverlookedDialog />
    </div>
  );
}

export function ConnectionMark({ online }: { online: boolean }) {
  const { t } = useLanguage();
  return (
    <p class={online ? "connection-mark" : "connection-mark connection-mark-off"} role="status" data-testid="connection">
      {t(online ? "login.connected" : "login.offline")}
    </p>
  );
}
