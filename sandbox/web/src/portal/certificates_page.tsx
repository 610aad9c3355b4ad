// 我的证书: what is in force, until when, and what can be done with it.
import { PageHeading } from "../shared/components";
import { algorithmName, daysUntil, formatDate } from "../shared/format";
import { useLanguage } from "../shared/language";
import { api, type HolderCertificate } from "./api";
import { Complaint, Facts, Loading } from "./parts";
import { Link } from "./router";
import { useLoaded } from "./use_loaded";

export function CertificatesPage() {
  const { t } = useLanguage();
  const loaded = useLoaded(async () => (await api.certificates()).certificates);
  const inForce = loaded.value?.filter(isCurrent) ?? [];
  const past = loaded.value?.filter((certificate) => !isCurrent(certificate)) ?? [];
  return (
    <div class="content">
      <div class="content-head">
        <PageHeading>{t("nav.certificates")}</PageHeading>
        {loaded.value && <p class="content-count" role="status">{t("certificates.count", { count: inForce.length })}</p>}
      </div>
      <Complaint title="certificates.failed" error={loaded.error} />
      {!loaded.value && loaded.error === undefined && <Loading />}
      {loaded.value?.length === 0 && <NoCertificates />}
      <ul class="certificates">
        {inForce.map((certificate) => <CertificateCard key={certificate.id} certificate={certificate} />)}
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

function CertificateCard({ certificate }: { certificate: HolderCertificate }) {
  const { locale, t } = useLanguage();
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
      <div class="buttons">
        {certificate.renewable && <Link to={to("renew")} class="button button-small" testId="renew">{t("kind.renew")}</Link>}
        {certificate.changeable && <Link to={to("change")} class="button-plain" testId="change">{t("kind.change")}</Link>}
        {certificate.changeable && <Link to={to("reissue")} class="button-plain" testId="reissue">{t("kind.reissue")}</Link>}
        {isCurrent(certificate) && <Link to={to("unlock")} class="button-plain" testId="unlock">{t("unlock.short")}</Link>}
        <Link to={`/orders/${certificate.order}/invoice`} class="button-text" testId="invoice">{t("invoice.open")}</Link>
      </div>
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
