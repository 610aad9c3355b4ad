// The self-service portal: who is logged in, and which view is shown.
import { useCallback, useEffect, useState } from "preact/hooks";
import { DownloadPage } from "../shared/download_page";
import { onSessionEnd } from "../shared/http";
import { Footer, Masthead, PageHeading } from "../shared/components";
import type { TextKey } from "../shared/catalogue";
import { useLanguage } from "../shared/language";
import { type Account, api } from "./api";
import { AccountBadge } from "./account_badge";
import { ApplyPage } from "./apply_page";
import { CertificatesPage } from "./certificates_page";
import { ClerkPage } from "./clerk_page";
import { InvoicePage } from "./invoice_page";
import { LoginPage } from "./login_page";
import { Navigation } from "./navigation";
import { OrderPage } from "./order_page";
import { OrdersPage } from "./orders_page";
import { OutboxPage } from "./outbox_page";
import { Loading } from "../shared/parts";
import { type Route, routeOf } from "./router";
import { navigate, usePath } from "../shared/router";
import { ServicePage } from "./service_page";
import { UnlockPage, UnlockSerialPage } from "./unlock_page";
import { WizardPage } from "./wizard/wizard_page";

type Session = { kind: "loading" } | { kind: "out"; notice?: TextKey } | { kind: "in"; account: Account };

export function App() {
  const [session, setSession] = useState<Session>({ kind: "loading" });
  const route = routeOf(usePath());

  useEffect(() => {
    api.session().then(
      ({ account }) => setSession(account ? { kind: "in", account } : { kind: "out" }),
      () => setSession({ kind: "out" }),
    );
  }, []);

  const logout = useCallback(async () => {
    setSession({ kind: "out", notice: "portal.loggedOut" });
    navigate("/");
    await api.logout().catch(() => undefined);
  }, []);
  // The address stays, so that the login leads back to where the user was.
  useEffect(() => onSessionEnd(() => setSession({ kind: "out", notice: "login.sessionEnded" })), []);
  const setAccount = useCallback((account: Account) => setSession({ kind: "in", account }), []);

  return (
    <div class="site">
      <Masthead title="portal.title" authority="portal.authority">
        {session.kind === "in" && <AccountBadge account={session.account} onLogout={() => void logout()} />}
      </Masthead>
      <Navigation route={route} loggedIn={session.kind === "in"} />
      <main id="main">
        <View route={route} session={session} onAccount={setAccount} />
      </main>
      <Footer about="portal.footer" />
    </div>
  );
}

interface ViewProps {
  route: Route;
  session: Session;
  onAccount(account: Account): void;
}

function View({ route, session, onAccount }: ViewProps) {
  if (route.view === "download") return <DownloadPage />;
  if (route.view === "outbox") return <OutboxPage />;
  if (route.view === "clerk") return <ClerkPage />;
  switch (session.kind) {
    case "loading":
      return <Loading />;
    case "out":
      return <LoginPage notice={session.notice} onAccount={onAccount} />;
    case "in":
      return <AccountView route={route} account={session.account} onAccount={onAccount} />;
  }
}

function AccountView({ route, account, onAccount }: { route: Route; account: Account; onAccount(account: Account): void }) {
  switch (route.view) {
    case "home":
    case "certificates":
      return <CertificatesPage />;
    case "apply":
      return <ApplyPage />;
    case "orders":
      return <OrdersPage account={account} />;
    case "order":
      return <OrderPage key={route.order} id={route.order} account={account} onAccount={onAccount} />;
    case "invoice":
      return <InvoicePage key={route.order} id={route.order} account={account} />;
    case "issue":
      return <WizardPage key={route.order} id={route.order} onAccount={onAccount} />;
    case "renew":
    case "change":
    case "reissue":
      return <ServicePage key={`${route.view} ${route.certificate}`} kind={route.view} id={route.certificate} />;
    case "unlockSerial":
      return <UnlockSerialPage serial={route.serial} />;
    case "unlock":
      return <UnlockPage key={route.certificate} id={route.certificate} />;
    default:
      return <NotFound />;
  }
}

function NotFound() {
  const { t } = useLanguage();
  return (
    <div class="content" data-testid="not-found">
      <PageHeading>{t("portal.notFound")}</PageHeading>
    </div>
  );
}
