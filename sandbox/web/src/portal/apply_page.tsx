// 服务申请: buy certificates for N tokens.
import { useState } from "preact/hooks";
import { PageHeading } from "../shared/components";
import { algorithmName } from "../shared/format";
import { useLanguage } from "../shared/language";
import { type Algorithm, api, type Offer } from "./api";
import { Choice, Complaint, Loading, Stepper } from "../shared/parts";
import { navigate } from "../shared/router";
import { useAction, useLoaded } from "../shared/use_loaded";

export function ApplyPage() {
  const { t } = useLanguage();
  const offer = useLoaded(async () => (await api.offer()).offer);
  return (
    <div class="content content-narrow">
      <PageHeading>{t("nav.apply")}</PageHeading>
      <p class="lead">{t("apply.lead")}</p>
      <Complaint title="apply.failed" error={offer.error} />
      {offer.value ? <ApplyForm offer={offer.value} /> : offer.error === undefined && <Loading />}
    </div>
  );
}

function ApplyForm({ offer }: { offer: Offer }) {
  const { t } = useLanguage();
  const { busy, error, run } = useAction();
  const [algorithm, setAlgorithm] = useState<Algorithm>("sm2");
  const [quantity, setQuantity] = useState(1);
  const [years, setYears] = useState(1);
  const each = offer.tokenPriceYuan + years * offer.yearPriceYuan;
  const submit = (event: Event) => {
    event.preventDefault();
    run(async () => {
      const { order } = await api.place({ kind: "issue", algorithm, quantity, years });
      navigate(`/orders/${order.id}`);
    });
  };
  return (
    <form class="sheet form" onSubmit={submit}>
      <Choice legend={t("apply.algorithm")} name="algorithm" value={algorithm} onValue={(value) => setAlgorithm(value)}
        options={offer.algorithms.map((value) => ({ value, title: algorithmName(value), text: t(`algorithm.${value}`) }))} />
      <div class="field-pair">
        <Stepper label={t("apply.quantity")} value={quantity} most={offer.maxQuantity} onValue={setQuantity} testId="quantity" />
        <Stepper label={t("apply.years")} value={years} most={offer.maxYears} onValue={setYears} testId="years" />
      </div>
      <div class="price">
        <p class="price-sum">{t("apply.sum", { token: offer.tokenPriceYuan, year: offer.yearPriceYuan, years, quantity })}</p>
        <p class="price-total" data-testid="price">{t("money.yuan", { value: each * quantity })}</p>
      </div>
      <Complaint title="apply.failed" error={error} />
      <button type="submit" class="button button-wide" data-testid="place-order" disabled={busy}>{t("apply.submit")}</button>
    </form>
  );
}
