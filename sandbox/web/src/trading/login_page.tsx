import { useCallback, useEffect } from "preact/hooks";
import type { Certificate, Token, UkeyBridge } from "ukey-bridge";
import type { User } from "./api";
import type { TextKey } from "../shared/catalogue";
import { BridgeGate, ConnectionMark, Waiting } from "../shared/bridge_gate";
import { FailureNotice, Icon, Notice, PageHeading } from "../shared/components";
import { failureOf } from "../shared/failure";
import { useLanguage } from "../shared/language";
import type { BridgeState } from "../shared/use_bridge";
import { type TokenView, useTokens } from "../shared/use_tokens";
import { CertificateChooser } from "./certificate_chooser";
import { type Login, type LoginState, useLogin } from "./use_login";

interface Props {
  bridgeState: BridgeState;
  onConnect(): void;
  onLoggedIn(user: User, token: Token | undefined): void;
  /** What the notice says is over. */
  onNoticeRead(): void;
  notice: TextKey | undefined;
}

export function LoginPage({ bridgeState, onConnect, onLoggedIn, onNoticeRead, notice }: Props) {
  const { t } = useLanguage();
  return (
    <div class="login">
      <section class="login-claim">
        <p class="login-claim-title">{t("trading.claim")}</p>
        <ul>
          <li><Icon name="key" />{t("trading.point.certificate")}</li>
          <li><Icon name="pen" />{t("trading.point.signature")}</li>
          <li><Icon name="shield" />{t("trading.point.pin")}</li>
        </ul>
        <LandPlan />
      </section>
      <section class="panel" aria-labelledby="login-heading">
        <div class="panel-head" id="login-heading">
          <PageHeading>{t("login.title")}</PageHeading>
          {bridgeState.kind === "connected" && <ConnectionMark online={bridgeState.online} />}
        </div>
        {notice && <Notice tone="info" testId="notice">{t(notice)}</Notice>}
        <LoginPanel bridgeState={bridgeState} onConnect={onConnect} onLoggedIn={onLoggedIn} onNoticeRead={onNoticeRead} />
      </section>
    </div>
  );
}

function LoginPanel({ bridgeState, onConnect, onLoggedIn, onNoticeRead }: Omit<Props, "notice">) {
  const bridge = bridgeState.kind === "connected" ? bridgeState.bridge : undefined;
  const { view, error } = useTokens(bridge);
  const loggedIn = useCallback(
    (user: User, certificate: Certificate) => onLoggedIn(user, view?.tokens.find(({ id }) => id === certificate.token)),
    [onLoggedIn, view],
  );
  const login = useLogin(loggedIn);
  // A complaint about the connection before, in the language before.
  useEffect(login.reset, [bridge, login.reset]);
  useEffect(
    () =>
      bridge?.on("tokenInserted", () => {
        login.plugged();
        onNoticeRead();
      }),
    [bridge, login.plugged, onNoticeRead],
  );
  return (
    <BridgeGate state={bridgeState} why="login.connect.text" onConnect={onConnect}>
      {(connected, online) => <Tokens bridge={connected} view={view} error={online ? error : undefined} login={login} />}
    </BridgeGate>
  );
}

function Tokens({ bridge, view, error, login }: { bridge: UkeyBridge; view: TokenView | undefined; error: unknown; login: Login }) {
  const language = useLanguage();
  const { t } = language;
  if (error !== undefined) return <FailureNotice title={t("login.missing.title")} failure={failureOf(error, language)} />;
  if (!view) return <Waiting text={t("login.connecting")} />;
  if (view.tokens.length === 0) {
    return (
      <>
        <LoginFailure state={login.state} />
        <div class="empty" data-testid="plug-in" role="status">
          <Icon name="usb" />
          <p class="empty-title">{t("login.plug.title")}</p>
          <p>{t("login.plug.text")}</p>
        </div>
      </>
    );
  }
  if (view.certificates.length === 0) {
    const tokens = view.tokens.map(({ label, model, serial }) => `${label || model} (${serial})`).join(", ");
    return (
      <div class="empty" data-testid="no-certificate" role="status">
        <Icon name="usb" />
        <p class="empty-title">{t("login.empty.title")}</p>
        <p>{t("login.empty.text", { tokens })}</p>
      </div>
    );
  }
  return (
    <CertificateChooser bridge={bridge} view={view} login={login}>
      <LoginFailure state={login.state} />
    </CertificateChooser>
  );
}

function LoginFailure({ state }: { state: LoginState }) {
  const language = useLanguage();
  if (state.kind !== "failed") return null;
  return <FailureNotice title={language.t("login.failed")} failure={failureOf(state.error, language)} />;
}

/** Decoration: lots on a plan. */
function LandPlan() {
  return (
    <svg class="land-plan" viewBox="0 0 560 260" aria-hidden="true">
      <g class="land-plan-lots">
        <path d="M20 150 130 88l92 52-110 62Z" />
        <path d="M142 81 236 28l92 52-94 53Z" />
        <path d="M234 147l94-53 92 52-94 53Z" />
        <path d="M340 73l66-37 92 52-66 37Z" />
        <path d="M124 209l110-62 80 45-110 62Z" class="land-plan-chosen" />
        <path d="M432 139l66-37 44 25-66 37Z" />
      </g>
      <path class="land-plan-pin" d="M232 190c-11-15-19-24-19-35a19 19 0 0 1 38 0c0 11-8 20-19 35Z" />
      <circle cx="232" cy="155" r="7.5" />
    </svg>
  );
}
