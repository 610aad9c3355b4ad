// One parcel as its tenderer sees it: close, open, publish.
import { useState } from "preact/hooks";
import type { UkeyBridge } from "ukey-bridge";
import { Waiting } from "../../shared/bridge_gate";
import { PageHeading } from "../../shared/components";
import { formatNumber } from "../../shared/format";
import { useLanguage } from "../../shared/language";
import { Choice, Complaint, StandIn } from "../../shared/parts";
import { Link } from "../../shared/router";
import { useAction, useLoaded } from "../../shared/use_loaded";
import type { User } from "../api";
import { Countdown } from "../bidding/countdown";
import { SignPanel } from "../bidding/sign_panel";
import { useSigning } from "../bidding/use_signing";
import { tenderApi, type TenderStanding } from "./api";
import { NoticeView } from "./notice_view";
import { OpeningPanel } from "./opening_panel";

export function TendererParcelPage({ id, user, bridge }: { id: number; user: User; bridge: UkeyBridge | undefined }) {
  const { locale, t } = useLanguage();
  const loaded = useLoaded(() => tenderApi.standing(id), id);
  const signing = useSigning({ parcel: id, thumbprint: user.thumbprint }, loaded.reload);
  const standing = loaded.value;
  if (!standing) {
    return (
      <div class="content">
        <PageHeading>{t("tenderer.title")}</PageHeading>
        <Complaint title="parcels.title" error={loaded.error} />
        {loaded.error === undefined && <Waiting text={t("parcels.loading")} />}
      </div>
    );
  }
  const { parcel, notice } = standing;
  const isClosed = parcel.status === "closed";
  return (
    <div class="content" data-testid="tenderer-parcel" data-status={parcel.status}>
      <div class="content-head">
        <PageHeading>{parcel.number}</PageHeading>
        <span class={`status status-${parcel.status}`}>{t(`parcels.status.${parcel.status}`)}</span>
        <Link to="/tenderer" class="button-plain" testId="tenderer-desk">{t("tenderer.back")}</Link>
      </div>
      <p class="lead">{parcel.location[locale]}</p>
      <Complaint title="parcels.title" error={loaded.error} />
      {parcel.status === "listing" && <Countdown key={standing.now} deadline={parcel.deadline} now={standing.now} onOver={loaded.reload} />}
      {!isClosed && <p data-testid="tender-count" data-count={standing.count}>{t("opening.count", { count: standing.count })}</p>}
      {!isClosed && <CloseNow id={id} onClosed={loaded.set} />}
      {isClosed && <OpeningPanel standing={standing} bridge={bridge} role="tenderer" onChanged={loaded.reload} />}
      {isClosed && (
        <SignPanel signing={signing} bridge={bridge} description={t("result.document", { number: parcel.number })}>
          {!notice && <WinnerForm standing={standing} onWinner={(bidder) => signing.show(() => tenderApi.draftNotice(id, bidder))} />}
        </SignPanel>
      )}
      {notice && <NoticeView notice={notice} tenderer={standing.tenderer} bridge={bridge} />}
    </div>
  );
}

function CloseNow({ id, onClosed }: { id: number; onClosed(standing: TenderStanding): void }) {
  const { t } = useLanguage();
  const { busy, error, run } = useAction();
  return (
    <StandIn icon="clock" title={t("tenderer.close.title")} text={t("tenderer.close.text")}>
      <Complaint title="tenderer.close.failed" error={error} />
      <button type="button" class="button button-small" data-testid="close-now" disabled={busy} onClick={() => run(async () => onClosed(await tenderApi.close(id)))}>{t("tenderer.close.action")}</button>
    </StandIn>
  );
}

function WinnerForm({ standing: { contenders }, onWinner }: { standing: TenderStanding; onWinner(bidder: number): void }) {
  const { locale, t } = useLanguage();
  const [chosen, choose] = useState(String(contenders[0]?.bidder ?? ""));
  if (contenders.length === 0) return <p class="empty" data-testid="no-contender">{t("result.noContender")}</p>;
  const options = contenders.map(({ bidder, name, amountYuan }) => ({
    value: String(bidder),
    title: t("result.contender", { number: bidder, name }),
    text: amountYuan > 0 ? t("result.amount", { value: formatNumber(amountYuan, locale) }) : t("result.noBid"),
  }));
  return (
    <form class="sheet form" data-testid="winner-form" onSubmit={(event) => { event.preventDefault(); onWinner(Number(chosen)); }}>
      <Choice legend={t("result.winner")} name="winner" value={chosen} options={options} onValue={choose} />
      <button type="submit" class="button" data-testid="draft-notice">{t("result.action")}</button>
    </form>
  );
}
