// One parcel: from the application to the bids.
import { useEffect, useState } from "preact/hooks";
import type { UkeyBridge } from "ukey-bridge";
import { Waiting } from "../../shared/bridge_gate";
import { FailureNotice, Notice, PageHeading } from "../../shared/components";
import { failureOf } from "../../shared/failure";
import { formatDateTime, formatNumber, moneyIn } from "../../shared/format";
import { useLanguage } from "../../shared/language";
import { Link } from "../../shared/router";
import type { User } from "../api";
import { useTokenGuard } from "../use_token_guard";
import { biddingApi, type Standing } from "./api";
import { BidForm, BidList } from "./bids";
import { ApplicationForm, Deposit } from "./application";
import { Countdown } from "./countdown";
import { SignPanel } from "./sign_panel";
import { useSigning } from "./use_signing";

interface Props {
  id: number;
  user: User;
  bridge: UkeyBridge | undefined;
  /** The token of the login was pulled. */
  onTokenGone(): void;
}

const steps = ["apply", "deposit", "bid", "end"] as const;
type Step = (typeof steps)[number];

export function ParcelPage({ id, user, bridge, onTokenGone }: Props) {
  const language = useLanguage();
  const { locale, t } = language;
  const [standing, setStanding] = useState<Standing>();
  const [error, setError] = useState<unknown>();
  const load = () => void biddingApi.standing(id).then((news) => { setStanding(news); setError(undefined); }, setError);
  useEffect(load, [id]);
  useTokenGuard(bridge, onTokenGone);
  const signing = useSigning(id, load);
  const money = (yuan: number) => t("parcels.money", { value: moneyIn(yuan, locale) });
  if (!standing) {
    return (
      <div class="content">
        <PageHeading>{t("bid.title")}</PageHeading>
        {error === undefined ? <Waiting text={t("parcels.loading")} /> : <FailureNotice title={t("parcels.title")} failure={failureOf(error, language)} />}
      </div>
    );
  }
  const { parcel } = standing;
  const step = stepOf(standing);
  return (
    <div class="content" data-testid="parcel-page" data-step={step}>
      <div class="content-head">
        <PageHeading>{parcel.number}</PageHeading>
        <span class={`status status-${parcel.status}`}>{t(`parcels.status.${parcel.status}`)}</span>
        <Link to="/" class="button-plain" testId="all-parcels">{t("bid.all")}</Link>
      </div>
      <p class="lead">{parcel.location[locale]}</p>
      <Track now={step} />
      {error !== undefined && <FailureNotice title={t("parcels.title")} failure={failureOf(error, language)} />}
      <dl class="facts">
        <div><dt>{t("parcels.use")}</dt><dd>{parcel.use[locale]}</dd></div>
        <div><dt>{t("parcels.area")}</dt><dd>{t("parcels.areaValue", { value: formatNumber(parcel.areaSquareMetres, locale) })}</dd></div>
        <div><dt>{t("parcels.price")}</dt><dd>{money(parcel.startPriceYuan)}</dd></div>
        <div><dt>{t("bid.step")}</dt><dd>{money(standing.stepYuan)}</dd></div>
        <div><dt>{t("parcels.deadline")}</dt><dd>{formatDateTime(parcel.deadline, locale)}</dd></div>
      </dl>
      {parcel.status === "listing" && <Countdown key={standing.now} deadline={parcel.deadline} now={standing.now} onOver={load} />}
      <SignPanel signing={signing} bridge={bridge} thumbprint={user.thumbprint} description={t(step === "apply" ? "application.document" : "bid.document", { number: parcel.number })}>
        {step === "apply" && <ApplicationForm onDraft={(contact, phone) => signing.show(() => biddingApi.draftApplication(id, contact, phone))} />}
        {step === "deposit" && <Deposit parcel={parcel} onPaid={setStanding} />}
        {step === "bid" && <BidForm key={standing.lowestYuan} standing={standing} onBid={(amount) => signing.show(() => biddingApi.draftBid(id, amount))} />}
        {step === "end" && <Notice tone="info" testId="bidding-over"><p>{t(parcel.status === "closed" ? "bid.over" : "bid.notYet")}</p></Notice>}
      </SignPanel>
      <BidList standing={standing} onRefresh={load} />
    </div>
  );
}

function stepOf({ parcel, application }: Standing): Step {
  if (parcel.status !== "listing") return "end";
  if (!application) return "apply";
  return application.depositPaid ? "bid" : "deposit";
}

function Track({ now }: { now: Step }) {
  const { t } = useLanguage();
  const at = steps.indexOf(now);
  return (
    <ol class="track" data-testid="track">
      {steps.map((step, index) => (
        <li key={step} class={index < at ? "track-past" : index === at ? "track-now" : ""} aria-current={index === at ? "step" : undefined}>
          {t(`bidStep.${step}`)}
        </li>
      ))}
    </ol>
  );
}
