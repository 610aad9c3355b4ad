// 出让人工作台: register, and at each parcel open tenders and publish the result.
import type { UkeyBridge } from "ukey-bridge";
import { Waiting } from "../../shared/bridge_gate";
import { Notice, PageHeading } from "../../shared/components";
import { formatDateTime } from "../../shared/format";
import { useLanguage } from "../../shared/language";
import { Complaint, StandIn } from "../../shared/parts";
import { Link } from "../../shared/router";
import { useAction, useLoaded } from "../../shared/use_loaded";
import { api, type User } from "../api";
import { tenderApi } from "./api";
import { ownEncryptionCertificate } from "./sealing";

export function TendererPage({ user, bridge }: { user: User; bridge: UkeyBridge | undefined }) {
  const { locale, t } = useLanguage();
  const loaded = useLoaded(async () => {
    const [{ tenderer }, { parcels }] = await Promise.all([tenderApi.tenderer(), api.parcels()]);
    return { tenderer, parcels };
  });
  const { tenderer, parcels } = loaded.value ?? {};
  return (
    <div class="content" data-testid="tenderer-page">
      <div class="content-head">
        <PageHeading>{t("tenderer.title")}</PageHeading>
        <Link to="/" class="button-plain" testId="all-parcels">{t("bid.all")}</Link>
      </div>
      <Complaint title="parcels.title" error={loaded.error} />
      {!loaded.value && loaded.error === undefined && <Waiting text={t("parcels.loading")} />}
      {loaded.value && (!tenderer || tenderer.mine) && <Register user={user} bridge={bridge} again={tenderer?.mine === true} onRegistered={loaded.reload} />}
      {tenderer && !tenderer.mine && <Notice tone="info" testId="other-tenderer"><p>{t("tenderer.other", { name: tenderer.name })}</p></Notice>}
      {tenderer?.mine && (
        <table class="parcels" data-testid="tenderer-parcels">
          <thead>
            <tr>
              <th scope="col">{t("parcels.parcel")}</th>
              <th scope="col">{t("parcels.deadline")}</th>
              <th scope="col">{t("parcels.status")}</th>
            </tr>
          </thead>
          <tbody>
            {parcels?.map((parcel) => (
              <tr key={parcel.id}>
                <th scope="row" class="parcel-name"><span class="parcel-number">{parcel.number}</span>{parcel.location[locale]}</th>
                <td data-label={t("parcels.deadline")}>{formatDateTime(parcel.deadline, locale)}</td>
                <td data-label={t("parcels.status")}>
                  <span class={`status status-${parcel.status}`}>{t(`parcels.status.${parcel.status}`)}</span>
                  <Link to={`/tenderer/${parcel.id}`} class="button-text" testId="manage">{t("tenderer.manage")}</Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function Register({ user, bridge, again, onRegistered }: { user: User; bridge: UkeyBridge | undefined; again: boolean; onRegistered(): void }) {
  const { t } = useLanguage();
  const { busy, error, run } = useAction();
  const register = () =>
    bridge &&
    run(async () => {
      await tenderApi.register((await ownEncryptionCertificate(bridge, user.thumbprint)).pem);
      onRegistered();
    });
  return (
    <StandIn icon="certificate" title={t("tenderer.register.title")} text={t(again ? "tenderer.mine" : "tenderer.register.text")}>
      <Complaint title="tenderer.register.failed" error={error} />
      <button type="button" class="button button-small" data-testid="register-tenderer" data-again={again} disabled={busy || !bridge} onClick={register}>
        {t(again ? "tenderer.register.again" : "tenderer.register.action")}
      </button>
    </StandIn>
  );
}
