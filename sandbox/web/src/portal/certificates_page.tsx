// 我的证书: what is in force, until when, and what can be done with it.
import type { Token, UkeyBridge } from "ukey-bridge";
import { ChangePin } from "../shared/change_pin";
import { Notice, PageHeading } from "../shared/components";
import { algorithmName, daysUntil, formatDate } from "../shared/format";
import { useLanguage } from "../shared/language";
import { useBridge } from "../shared/use_bridge";
import { useTokens } from "../shared/use_tokens";
import { api, type HolderCertificate, type Order } from "./api";
import { needs } from "./needs";
import { Complaint, Facts, Loading } from "../shared/parts";
import { Link } from "../shared/router";
import { useLoaded } from "../shared/use_loaded";
import { useUnfinished } from "./use_unfinished";

async function loadAll() {
  const [{ certificates }, { orders }] = await Promise.all([api.certificates(), api.orders()]);
  return { certificates, orders };
}

export function CertificatesPage() {
  const { locale, t } = useLanguage();
  const loaded = useLoaded(loadAll);
  const certificates = loaded.value?.certificates ?? [];
  const inForce = certificates.filter(isCurrent);
  const past = certificates.filter((certificate) => !isCurrent(certificate));
  // The page is of use without the bridge; with it, it knows what is plugged in.
  const { state } = useBridge(locale, needs);
  const bridge = state.kind === "connected" ? state.bridge : undefined;
  const { view } = useTokens(bridge);
  const unfinished = useUnfinished(loaded.value?.orders ?? [], bridge);
  return (
    <div class="content">
      <div class="content-head">
        <PageHeading>{t("nav.certificates")}</PageHeading>
        {loaded.value && <p class="content-count" role="status">{t("certificates.count", { count: inForce.length })}</p>}
      </div>
      <Complaint title="certificates.failed" error={loaded.error} />
      {!loaded.value && loaded.error === undefined && <Loading />}
      {unfinished.map((order) => <Unfinished key={order.id} order={order} />)}
      {loaded.value && certificates.length === 0 && <NoCertificates />}
      <ul class="certificates">
        {inForce.map((certificate) => (
          <CertificateCard key={certificate.id} certificate={certificate} bridge={bridge} token={view?.tokens.find(({ serial }) => serial === certificate.tokenSerial)} />
        ))}
      </ul>
      {past.length > 0 && (
        <>
          <h2 class="section-heading">{t("certificates.past")}</h2>
          <ul class="certificates certificates-past">
            {past.map((certificate) => <CertificateCard key={certificate.id} certificate={certificate} />)}
          </ul>
        </>
      )}
    </div>
  );
}

function Unfinished({ order: { id } }: { order: Order }) {
  const { t } = useLanguage();
  return (
    <Notice tone="warn" testId="unfinished">
      <p>{t("order.unfinished.of", { id })}</p>
      <Link to={`/orders/${id}/issue`} class="button-plain" testId="go-on-unfinished">{t("recovery.goOn")}</Link>
    </Notice>
  );
}

function NoCertificates() {
  const { t } = useLanguage();
  return (
    <div class="empty">
      <p class="empty-title">{t("certificates.none")}</p>
      <p>{t("certificates.none.text")}</p>
      <Link to="/apply" class="button">{t("nav.apply")}</Link>
    </div>
  );
}

function isCurrent({ state }: HolderCertificate): boolean {
  return state === "active" || state === "expired";
}

interface CardProps {
  certificate: HolderCertificate;
  bridge?: UkeyBridge | undefined;
  /** The token that it is on, while that is plugged in. */
  token?: Token | undefined;
}

function CertificateCard({ certificate, bridge, token }: CardProps) {
  const { locale, t } = useLanguage();
  const isLocked = token?.pin.state === "locked";
  const to = (service: string) => `/certificates/${certificate.id}/${service}`;
  return (
    <li class={`certificate certificate-${certificate.state}`} data-testid="certificate" data-id={certificate.id}
      data-serial={certificate.tokenSerial} data-state={certificate.state} data-name={certificate.name}>
      <p class="certificate-head">
        <strong class="certificate-name">{certificate.name}</strong>
        <span class="tag">{algorithmName(certificate.algorithm)}</span>
        <span class={`status certificate-state-${certificate.state}`}>{t(`certificateState.${certificate.state}`)}</span>
      </p>
      <Facts rows={[
        [t("certificate.validity"), <Validity certificate={certificate} />],
        [t("certificate.token"), t("certificate.serial", { serial: certificate.tokenSerial })],
        [t("certificates.number"), <code class="serial-number">{certificate.serialNumber}</code>],
      ]} />
      {token && token.pin.state !== "ok" && (
        <p class={token.pin.state === "default" ? "card-pin" : "card-pin card-pin-bad"} data-testid="pin-state" data-state={token.pin.state}>{t(`pin.${token.pin.state}`)}</p>
      )}
      <div class="buttons">
        {certificate.renewable && <Link to={to("renew")} class="button button-small" testId="renew">{t("kind.renew")}</Link>}
        {certificate.changeable && <Link to={to("change")} class="button-plain" testId="change">{t("kind.change")}</Link>}
        {certificate.changeable && <Link to={to("reissue")} class="button-plain" testId="reissue">{t("kind.reissue")}</Link>}
        {isCurrent(certificate) && <Link to={to("unlock")} class={isLocked ? "button button-small" : "button-plain"} testId="unlock">{t("unlock.short")}</Link>}
        <Link to={`/orders/${certificate.order}/invoice`} class="button-text" testId="invoice">{t("invoice.open")}</Link>
      </div>
      {bridge && token && !isLocked && <ChangePin bridge={bridge} token={token} unlock={<Link to={to("unlock")} testId="unlock-it">{t("token.unlock")}</Link>} />}
      {certificate.state === "active" && !certificate.renewable && <p class="certificate-hint">{t("certificates.notDue", { date: formatDate(certificate.notAfter, locale) })}</p>}
    </li>
  );
}

function Validity({ certificate }: { certificate: HolderCertificate }) {
  const { locale, t } = useLanguage();
  const days = daysUntil(certificate.notAfter);
  return (
    <>
      {t("certificate.range", { from: formatDate(certificate.notBefore, locale), to: formatDate(certificate.notAfter, locale) })}
      {certificate.state === "active" && <span class={days <= 60 ? "days-left days-few" : "days-left"}>{t("certificates.daysLeft", { days })}</span>}
    </>
  );
}
