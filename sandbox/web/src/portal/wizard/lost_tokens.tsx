// Certificates that were issued for a token which is not here: it may come back, or be given up for another.
import type { Token } from "ukey-bridge";
import { Notice } from "../../shared/components";
import { useLanguage } from "../../shared/language";
import { api, type Order } from "../api";
import { Complaint } from "../../shared/parts";
import { useAction } from "../../shared/use_loaded";

export function LostTokens({ order, tokens, onWithdrawn }: { order: Order; tokens: Token[]; onWithdrawn(): void }) {
  const { t } = useLanguage();
  const { busy, error, run } = useAction();
  const lost = order.pending.filter(({ tokenSerial }) => !tokens.some(({ serial }) => serial === tokenSerial));
  const withdraw = (issue: number) =>
    run(async () => {
      await api.withdraw(order.id, issue);
      onWithdrawn();
    });
  return (
    <>
      {lost.map(({ issue, tokenSerial }) => (
        <Notice key={issue} tone="warn" testId="lost-token">
          <p>{t("lost.text", { serial: tokenSerial })}</p>
          <button type="button" class="button-plain" data-testid="withdraw" disabled={busy} onClick={() => withdraw(issue)}>{t("lost.withdraw")}</button>
        </Notice>
      ))}
      <Complaint title="lost.failed" error={error} />
    </>
  );
}
