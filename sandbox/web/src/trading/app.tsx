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
import { type BridgeNeeds, useBridge } from "../shared/use_bridge";
import { ParcelPage } from "./bidding/parcel_page";
import { LoginPage } from "./login_page";
import { ParcelsPage } from "./parcels_page";
import { forgetToken, onForgottenElsewhere, rememberToken } from "./remembered_token";
import { UserBadge } from "./user_badge";

const needs: BridgeNeeds = { scopes: ["tokens", "certificates", "sign"], client: { name: "trading-site", version: "1.0" } };

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
  const parcel = Number(/^\/parcels\/(\d+)$/.exec(path)?.[1] ?? 0);

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
        {!isDownload && session.kind === "in" && parcel > 0 && (
          <ParcelPage key={parcel} id={parcel} user={session.user} bridge={bridgeState.kind === "connected" ? bridgeState.bridge : undefined} onTokenGone={() => void logout("login.removed")} />
        )}
        {!isDownload && session.kind === "in" && parcel === 0 && (
          <ParcelsPage
            bridgeState={bridgeState}
            onConnect={connect}
            onTokenGone={() => void logout("login.removed")}
          />
        )}
      </main>
      <Footer />
    </div>
  );
}
