// 延期, 变更, 补办: what it means for the certificate and for old files, then the order.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { TextKey } from "../shared/catalogue";
import { Icon, PageHeading } from "../shared/components";
import { algorithmName, formatDate } from "../shared/format";
import { useLanguage } from "../shared/language";
import { api, type HolderCertificate, type NewOrder, type Offer } from "./api";
import { Complaint, Facts, Field, Loading, Stepper } from "../shared/parts";
import { Link, navigate } from "../shared/router";
import { useAction, useLoaded } from "../shared/use_loaded";

type ServiceKind = "renew" | "change" | "reissue";

export function ServicePage({ kind, id }: { kind: ServiceKind; id: number }) {
  const { t } = useLanguage();
  const loaded = useLoaded(async () => {
    const [{ certificates }, { offer }] = await Promise.all([api.certificates(), api.offer()]);
    return { certificate: certificates.find((each) => each.id === id), offer };
  });
  return (
    <div class="content content-narrow">
      <PageHeading>{t(`service.${kind}`)}</PageHeading>
      <Complaint title="certificates.failed" error={loaded.error} />
      {!loaded.value && loaded.error === undefined && <Loading />}
      {loaded.value && !loaded.value.certificate && <p class="empty">{t("service.noCertificate")}</p>}
      {loaded.value?.certificate && <ServiceForm kind={kind} certificate={loaded.value.certificate} offer={loaded.value.offer} />}
    </div>
  );
}

function ServiceForm({ kind, certificate, offer }: { kind: ServiceKind; certificate: HolderCertificate; offer: Offer }) {
  const { locale, t } = useLanguage();
  const { busy, error, run } = useAction();
  const [years, setYears] = useState(1);
  const [newName, setNewName] = useState("");
  const [understood, setUnderstood] = useState(false);
  const renewed = certificate.renewals?.[years - 1];
  const price = { renew: offer.yearPriceYuan * years, change: offer.changePriceYuan, reissue: offer.tokenPriceYuan }[kind];
  const submit = (event: Event) => {
    event.preventDefault();
    const orders: Record<ServiceKind, NewOrder> = {
      renew: { kind: "renew", certificate: certificate.id, years },
      change: { kind: "change", certificate: certificate.id, newName: newName.trim() },
      reissue: { kind: "reissue", certificate: certificate.id },
    };
    run(async () => {
      const { order } = await api.place(orders[kind]);
      navigate(`/orders/${order.id}`);
    });
  };
  return (
    <form class="sheet form" onSubmit={submit}>
      <Facts rows={[
        [t("service.certificate"), <><strong>{certificate.name}</strong> · {algorithmName(certificate.algorithm)}</>],
        [t("certificate.token"), t("certificate.serial", { serial: certificate.tokenSerial })],
        [t("service.until"), formatDate(certificate.notAfter, locale)],
        ...(kind === "renew" && renewed ? [[t("service.newUntil"), <strong data-testid="new-expiry">{formatDate(renewed, locale)}</strong>] as [string, ComponentChildren]] : []),
      ]} />
      {kind === "renew" && <Stepper label={t("service.years")} value={years} most={offer.maxYears} onValue={setYears} testId="years" />}
      {kind === "renew" && <p class="field-hint">{t("service.renew.from")}</p>}
      {kind === "change" && <Field label={t("service.newName")} hint={t("service.newName.hint")} value={newName} onValue={setNewName} testId="new-name" maxLength={60} />}
      <RiskNotice kind={kind} certificate={certificate} />
      <label class="understood">
        <input type="checkbox" data-testid="understood" checked={understood} required onChange={(event) => setUnderstood(event.currentTarget.checked)} />
        {t("risk.understood")}
      </label>
      <div class="price">
        <p class="price-sum">{t(`service.price.${kind}`)}</p>
        <p class="price-total">{t("money.yuan", { value: price })}</p>
      </div>
      <Complaint title="apply.failed" error={error} />
      <div class="buttons">
        <button type="submit" class="button" data-testid="place-order" disabled={busy || !understood}>{t("apply.submit")}</button>
        <Link to="/certificates" class="button-plain">{t("action.back")}</Link>
      </div>
    </form>
  );
}

const filesOf = {
  /** With an encryption key, on which old files depend. */
  dual: ["risk.keysChoice", "risk.newKeys", "risk.noRoom"],
  single: ["risk.single"],
} as const;

/** What really happens here: tokenlib/enrolment/README.md and sandbox/API.md. */
function RiskNotice({ kind, certificate }: { kind: ServiceKind; certificate: HolderCertificate }) {
  const { t } = useLanguage();
  const isDual = certificate.encryptSerialNumber !== undefined;
  const files = filesOf[isDual ? "dual" : "single"];
  const points: Record<ServiceKind, readonly TextKey[]> = {
    renew: ["risk.renew.old", ...files],
    change: ["risk.change.clerk", "risk.change.old", ...files],
    reissue: ["risk.reissue.revoked", "risk.reissue.token", ...(isDual ? (["risk.reissue.files"] as const) : [])],
  };
  return (
    <section class="risk" data-testid="risk-notice">
      <h2 class="risk-title"><Icon name="warning" />{t("risk.title")}</h2>
      {isDual && (
        <ul data-testid="risk-bid">
          <li>{t("risk.bid.dont")}</li>
          <li>{t("risk.bid.must")}</li>
        </ul>
      )}
      <h3 class="risk-subtitle">{t("risk.here")}</h3>
      <ul>
        {[...points[kind], "risk.interrupted" as const].map((point) => <li key={point}>{t(point)}</li>)}
      </ul>
    </section>
  );
}
