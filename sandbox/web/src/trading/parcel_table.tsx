import type { Parcel } from "./api";
import { daysUntil, formatDateTime, formatNumber, moneyIn } from "../shared/format";
import { useLanguage } from "../shared/language";
import { Link } from "../shared/router";

/** A table on a wide screen, a list of cards on a narrow one (the same markup, arranged by the style sheet). */
export function ParcelTable({ parcels }: { parcels: Parcel[] }) {
  const { t } = useLanguage();
  return (
    <table class="parcels" data-testid="parcels">
      <thead>
        <tr>
          <th scope="col">{t("parcels.parcel")}</th>
          <th scope="col">{t("parcels.use")}</th>
          <th scope="col" class="number">{t("parcels.area")}</th>
          <th scope="col" class="number">{t("parcels.price")}</th>
          <th scope="col">{t("parcels.deadline")}</th>
          <th scope="col">{t("parcels.status")}</th>
        </tr>
      </thead>
      <tbody>
        {parcels.map((parcel) => (
          <ParcelRow key={parcel.id} parcel={parcel} />
        ))}
      </tbody>
    </table>
  );
}

function ParcelRow({ parcel }: { parcel: Parcel }) {
  const { locale, t } = useLanguage();
  const money = (yuan: number) => t("parcels.money", { value: moneyIn(yuan, locale) });
  return (
    <tr data-testid="parcel">
      <th scope="row" class="parcel-name">
        <span class="parcel-number">{parcel.number}</span>
        {parcel.location[locale]}
      </th>
      <td data-label={t("parcels.use")}>{parcel.use[locale]}</td>
      <td data-label={t("parcels.area")} class="number">
        {t("parcels.areaValue", { value: formatNumber(parcel.areaSquareMetres, locale) })}
      </td>
      <td data-label={t("parcels.price")} class="number">
        <span class="parcel-price">{money(parcel.startPriceYuan)}</span>
        <span class="parcel-sub">{t("parcels.depositValue", { value: money(parcel.depositYuan) })}</span>
      </td>
      <td data-label={t("parcels.deadline")} class="parcel-deadline">
        <time dateTime={parcel.deadline}>{formatDateTime(parcel.deadline, locale)}</time>
        {parcel.status !== "closed" && <DaysLeft deadline={parcel.deadline} />}
      </td>
      <td data-label={t("parcels.status")}>
        <span class={`status status-${parcel.status}`}>{t(`parcels.status.${parcel.status}`)}</span>
        {parcel.status === "listing" && <Link to={`/parcels/${parcel.id}`} class="button-text" testId="take-part">{t("bid.open")}</Link>}
        {parcel.status === "closed" && <Link to={`/parcels/${parcel.id}`} class="button-text" testId="see-result">{t("bid.see")}</Link>}
      </td>
    </tr>
  );
}

function DaysLeft({ deadline }: { deadline: string }) {
  const { t } = useLanguage();
  const days = daysUntil(deadline);
  const text = days > 0 ? t("parcels.daysLeft", { days }) : t("parcels.lastDay");
  return <span class={days <= 3 ? "parcel-sub parcel-soon" : "parcel-sub"}>{text}</span>;
}
