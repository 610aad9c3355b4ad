// The trading site: log in, then the parcels; pulling the token out logs out.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Token } from "ukey-bridge";
import { api, type User } from "./api";
import type { TextKey } from "../shared/catalogue";
import { Footer, Masthead } from "../shared/components";
import { DownloadPage } from "../shared/download_page";
import { onSessionEnd } from "../shared/http";
import { useLanguage } from "../shared/language";
import { usePath } from "../shared/router";
import { type BridgeNeeds, type BridgeState, useBridge } from "../shared/use_bridge";
import { TendererPage } from "./tender/tenderer_page";
import { TendererParcelPage } from "./tender/tenderer_parcel_page";
import { useTokenGuard } from "./use_token_guard";
import { ParcelPage } from "./bidding/parcel_page";
import { LoginPage } from "./login_page";
import { ParcelsPage } from "./parcels_page";
import { forgetToken, onForgottenElsewhere, rememberToken } from "./remembered_token";
import { UserBadge } from "./user_badge";

const needs: BridgeNeeds = { scopes: ["tokens", "certificates", "sign", "decrypt"], client: { name: "trading-site", version: "1.0" } };

type Session = { kind: "loading" } | { kind: "out"; notice?: TextKey | undefined } | { kind: "in"; user: User };

export function App() {
  const { locale } = useLanguage();
  const { state: bridgeState, connect } = useBridge(locale, needs);
  const [session, setSession] = useState<Session>({ kind: "loading" });

  const checkSession = useCallback(async (noticeWhenOut?: TextKey) => {
    const { user } = await api.session().catch(() => ({ user: undefined }));
    setSession(user ? { kind: "in", user } : { kind: "out", notice: noticeWhenOut });
  }, []);

  useEffect(() => {
    void checkSession();
    return onForgottenElsewhere(() => void checkSession("login.sessionEnded"));
  }, [checkSession]);

  useEffect(() => onSessionEnd(() => setSession({ kind: "out", notice: "login.sessionEnded" })), []);

  const logout = useCallback(async (notice: TextKey) => {
    // The page first: what is on the screen must go even if the server is slow.
    setSession({ kind: "out", notice });
    forgetToken();
    await api.logout().catch(() => undefined);
  }, []);

  const loggedIn = useCallback((user: User, token: Token | undefined) => {
    if (token) rememberToken(token);
    setSession({ kind: "in", user });
  }, []);

  const noticeRead = useCallback(() => setSession((before) => (before.kind === "out" ? { kind: "out" } : before)), []);
  const path = usePath();
  const isDownload = path === "/download";

  return (
    <div class="site">
      <Masthead title="trading.title" authority="trading.authority">
        {session.kind === "in" && <UserBadge user={session.user} onLogout={() => void logout("login.loggedOut")} />}
      </Masthead>
      <main id="main">
        {isDownload && <DownloadPage />}
        {!isDownload && session.kind === "out" && (
          <LoginPage bridgeState={bridgeState} onConnect={connect} onLoggedIn={loggedIn} onNoticeRead={noticeRead} notice={session.notice} />
        )}
        {!isDownload && session.kind === "in" && (
          <Inside user={session.user} bridgeState={bridgeState} onConnect={connect} onTokenGone={() => void logout("login.removed")} />
        )}
      </main>
      <Footer />
    </div>
  );
}

interface InsideProps {
  user: User;
  bridgeState: BridgeState;
  onConnect(): void;
  onTokenGone(): void;
}

/** What those who are logged in see. */
function Inside({ user, bridgeState, onConnect, onTokenGone }: InsideProps) {
  const path = usePath();
  const bridge = bridgeState.kind === "connected" ? bridgeState.bridge : undefined;
  useTokenGuard(bridge, onTokenGone);
  const [, section, id] = /^\/(parcels|tenderer)(?:\/(\d+))?$/.exec(path) ?? [];
  if (section === "parcels" && id) return <ParcelPage key={id} id={Number(id)} user={user} bridge={bridge} />;
  if (section === "tenderer" && id) return <TendererParcelPage key={id} id={Number(id)} user={user} bridge={bridge} />;
  if (section === "tenderer") return <TendererPage user={user} bridge={bridge} />;
  return <ParcelsPage bridgeState={bridgeState} onConnect={onConnect} />;
}
