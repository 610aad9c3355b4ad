// 竞买报价: the next bid, and all bids so far.
import { useState } from "preact/hooks";
import { formatDateTime, formatNumber } from "../../shared/format";
import { useLanguage } from "../../shared/language";
import type { Standing } from "./api";

export function BidForm({ standing: { lowestYuan, stepYuan }, onBid }: { standing: Standing; onBid(amountYuan: number): void }) {
  const { locale, t } = useLanguage();
  const [raises, setRaises] = useState(0);
  const amount = lowestYuan + raises * stepYuan;
  return (
    <form class="sheet form" data-testid="bid-form" onSubmit={(event) => { event.preventDefault(); onBid(amount); }}>
      <div class="field stepper" role="group" aria-label={t("bid.amount")}>
        <span class="field-label">{t("bid.amount")}</span>
        <div class="stepper-row">
          <button type="button" aria-label={t("action.less")} disabled={raises === 0} onClick={() => setRaises(raises - 1)}>−</button>
          <output data-testid="amount" data-yuan={amount}>{t("money.yuan", { value: formatNumber(amount, locale) })}</output>
          <button type="button" aria-label={t("action.more")} data-testid="amount-more" onClick={() => setRaises(raises + 1)}>+</button>
        </div>
      </div>
      <p class="field-hint">{t("bid.hint", { lowest: formatNumber(lowestYuan, locale), step: formatNumber(stepYuan, locale) })}</p>
      <button type="submit" class="button" data-testid="bid">{t("bid.action")}</button>
    </form>
  );
}

export function BidList({ standing: { bids }, onRefresh }: { standing: Standing; onRefresh(): void }) {
  const { locale, t } = useLanguage();
  return (
    <section aria-labelledby="bids-heading">
      <div class="content-head">
        <h2 class="section-heading" id="bids-heading">{t("bid.list")}</h2>
        <button type="button" class="button-plain" data-testid="refresh-bids" onClick={onRefresh}>{t("action.refresh")}</button>
      </div>
      {bids.length === 0 ? (
        <p class="empty" data-testid="no-bids">{t("bid.none")}</p>
      ) : (
        <table class="parcels" data-testid="bids">
          <thead>
            <tr>
              <th scope="col">{t("bid.round")}</th>
              <th scope="col" class="number">{t("bid.amount")}</th>
              <th scope="col">{t("bid.bidder")}</th>
              <th scope="col">{t("bid.time")}</th>
            </tr>
          </thead>
          <tbody>
            {bids.map(({ round, amountYuan, bidder, mine, received }) => (
              <tr key={round} data-testid="bid-row" data-round={round} data-yuan={amountYuan} data-mine={mine}>
                <th scope="row">{t("bid.roundValue", { round })}</th>
                <td data-label={t("bid.amount")} class="number">{t("money.yuan", { value: formatNumber(amountYuan, locale) })}</td>
                <td data-label={t("bid.bidder")}>{t(mine ? "bid.mine" : "bid.bidderValue", { number: bidder })}</td>
                <td data-label={t("bid.time")}>{formatDateTime(received, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
