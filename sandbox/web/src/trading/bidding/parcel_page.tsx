// One parcel: from the application to the bids.
import { useState } from "preact/hooks";
import type { UkeyBridge } from "ukey-bridge";
import { Waiting } from "../../shared/bridge_gate";
import { FailureNotice, Notice, PageHeading } from "../../shared/components";
import { failureOf } from "../../shared/failure";
import { formatDateTime, formatNumber, moneyIn } from "../../shared/format";
import { useLanguage } from "../../shared/language";
import { Link } from "../../shared/router";
import { useLoaded } from "../../shared/use_loaded";
import type { User } from "../api";
import { tenderApi, type TenderStanding } from "../tender/api";
import { NoticeView } from "../tender/notice_view";
import { OpeningPanel } from "../tender/opening_panel";
import { TenderPanel } from "../tender/tender_panel";
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
}

const steps = ["browse", "apply", "deposit", "bid", "open", "end"] as const;
type Step = (typeof steps)[number];

export function ParcelPage({ id, user, bridge }: Props) {
  const language = useLanguage();
  const { locale, t } = language;
  const { value, error, reload: load, set } = useLoaded(async () => {
    const [bidding, tendering] = await Promise.all([biddingApi.standing(id), tenderApi.standing(id)]);
    return { bidding, tendering };
  }, id);
  const signing = useSigning({ parcel: id, thumbprint: user.thumbprint }, load);
  // For the window of the bridge: which of the two documents of this step it is.
  const [ofTender, setOfTender] = useState(false);
  const money = (yuan: number) => t("parcels.money", { value: moneyIn(yuan, locale) });
  if (!value) {
    return (
      <div class="content">
        <PageHeading>{t("bid.title")}</PageHeading>
        {error === undefined ? <Waiting text={t("parcels.loading")} /> : <FailureNotice title={t("parcels.title")} failure={failureOf(error, language)} />}
      </div>
    );
  }
  const { bidding: standing, tendering } = value;
  const { parcel } = standing;
  const step = stepOf(value);
  const documents: Partial<Record<Step, string>> = { apply: t("application.document", { number: parcel.number }) };
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
      <SignPanel signing={signing} bridge={bridge} description={documents[step] ?? t(ofTender ? "tender.document" : "bid.document", { number: parcel.number })}>
        {step === "apply" && <ApplicationForm onDraft={(contact, phone) => signing.show(() => biddingApi.draftApplication(id, contact, phone))} />}
        {step === "deposit" && <Deposit parcel={parcel} onPaid={(bidding) => set({ ...value, bidding })} />}
        {step === "bid" && <BidForm key={standing.lowestYuan} standing={standing} onBid={(amount) => { setOfTender(false); signing.show(() => biddingApi.draftBid(id, amount)); }} />}
        {step === "bid" && (
          <TenderPanel standing={tendering} bridge={bridge} thumbprint={user.thumbprint} onStanding={(next) => set({ ...value, tendering: next })} onDraft={(draft) => { setOfTender(true); signing.show(draft); }} />
        )}
        {step === "browse" && <Notice tone="info" testId="not-yet"><p>{t("bid.notYet")}</p></Notice>}
        {step === "open" && <Notice tone="info" testId="bidding-over"><p>{t("bid.over")}</p></Notice>}
      </SignPanel>
      {parcel.status === "closed" && <OpeningPanel standing={tendering} bridge={bridge} role="bidder" onChanged={load} />}
      {parcel.status === "closed" && <NoticeView notice={tendering.notice} tenderer={tendering.tenderer} bridge={bridge} />}
      <BidList standing={standing} onRefresh={load} />
    </div>
  );
}

function stepOf({ bidding: { parcel, application }, tendering: { notice } }: { bidding: Standing; tendering: TenderStanding }): Step {
  if (parcel.status === "announced") return "browse";
  if (parcel.status === "closed") return notice ? "end" : "open";
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
