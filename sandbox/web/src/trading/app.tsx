// The trading site: log in, then the parcels; pulling the token out logs out.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Token } from "ukey-bridge";
import { api, type User } from "./api";
import type { TextKey } from "../shared/catalogue";
import { Footer, Masthead } from "../shared/components";
import { DownloadPage } from "../shared/download_page";
import { useLanguage } from "../shared/language";
import { type BridgeNeeds, useBridge } from "../shared/use_bridge";
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
  const isDownload = location.pathname === "/download";

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
          <ParcelsPage
            bridgeState={bridgeState}
            onConnect={connect}
            onTokenGone={() => void logout("login.removed")}
            onSessionEnded={() => setSession({ kind: "out", notice: "login.sessionEnded" })}
          />
        )}
      </main>
      <Footer />
    </div>
  );
}
