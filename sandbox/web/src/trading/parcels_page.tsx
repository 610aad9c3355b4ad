import { useEffect, useState } from "preact/hooks";
import { api, type Parcel } from "./api";
import type { TextKey } from "../shared/catalogue";
import { ChangePin } from "../shared/change_pin";
import { FailureNotice, Icon, Notice, PageHeading, Spinner } from "../shared/components";
import { failureOf } from "../shared/failure";
import { useLanguage } from "../shared/language";
import { Link } from "../shared/router";
import type { BridgeState } from "../shared/use_bridge";
import { useTokens } from "../shared/use_tokens";
import { ParcelTable } from "./parcel_table";
import { isRemembered, rememberedToken } from "./remembered_token";
import { UnlockLink } from "./unlock_link";

interface Props {
  bridgeState: BridgeState;
  onConnect(): void;
}

const filters = ["all", "listing", "announced", "closed"] as const;
type Filter = (typeof filters)[number];
const filterText: Record<Filter, TextKey> = {
  all: "parcels.all",
  listing: "parcels.status.listing",
  announced: "parcels.status.announced",
  closed: "parcels.status.closed",
};

export function ParcelsPage({ bridgeState, onConnect }: Props) {
  const language = useLanguage();
  const { t } = language;
  const [parcels, setParcels] = useState<Parcel[]>();
  const [error, setError] = useState<unknown>();
  const [filter, setFilter] = useState<Filter>("all");

  useEffect(() => {
    api.parcels().then(
      (answer) => setParcels(answer.parcels),
      setError,
    );
  }, []);

  const present = filters.filter((each) => each === "all" || parcels?.some(({ status }) => status === each));
  const shown = parcels?.filter(({ status }) => filter === "all" || status === filter);
  return (
    <div class="content">
      <GuardNotice bridgeState={bridgeState} onConnect={onConnect} />
      <OwnPin bridgeState={bridgeState} />
      <div class="content-head">
        <PageHeading>{t("parcels.title")}</PageHeading>
        <Link to="/tenderer" class="button-plain" testId="to-tenderer">{t("tenderer.title")}</Link>
        {shown && <p class="content-count" role="status">{t("parcels.count", { count: shown.length })}</p>}
        <div class="filters" role="group" aria-label={t("parcels.filter")}>
          {present.map((each) => (
            <button key={each} type="button" aria-pressed={each === filter} onClick={() => setFilter(each)}>
              {t(filterText[each])}
            </button>
          ))}
        </div>
      </div>
      {error !== undefined && <FailureNotice title={t("parcels.title")} failure={failureOf(error, language)} />}
      {!parcels && error === undefined && <div class="empty" role="status"><Spinner /><p>{t("parcels.loading")}</p></div>}
      {shown && (shown.length ? <ParcelTable parcels={shown} /> : <p class="empty">{t("parcels.none")}</p>)}
    </div>
  );
}

/** 修改密码 of the Ukey that the user logged in with. */
function OwnPin({ bridgeState }: { bridgeState: BridgeState }) {
  const bridge = bridgeState.kind === "connected" && bridgeState.online ? bridgeState.bridge : undefined;
  const token = useTokens(bridge).view?.tokens.find(isRemembered);
  return bridge && token ? <ChangePin bridge={bridge} token={token} unlock={<UnlockLink serial={token.serial} />} /> : null;
}

function GuardNotice({ bridgeState, onConnect }: Pick<Props, "bridgeState" | "onConnect">) {
  const { t } = useLanguage();
  const watched = bridgeState.kind === "connected" && bridgeState.online && rememberedToken() !== undefined;
  const settling = bridgeState.kind === "unknown" || bridgeState.kind === "connecting";
  if (settling) return null;
  if (watched) {
    return (
      <p class="guard" data-testid="guarded">
        <Icon name="shield" />
        {t("user.guarded")}
      </p>
    );
  }
  return (
    <Notice tone="warn" testId="unguarded">
      <p>{t("user.unguarded")}</p>
      {bridgeState.kind !== "connected" && (
        <button type="button" class="button-plain" data-testid="connect" onClick={onConnect}>
          {t("login.connect.title")}
        </button>
      )}
    </Notice>
  );
}
