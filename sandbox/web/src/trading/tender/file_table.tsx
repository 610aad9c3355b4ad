// The files of a tender, each with the digest that was signed, and what can be done with it.
import type { ComponentChildren } from "preact";
import { formatNumber } from "../../shared/format";
import { useLanguage } from "../../shared/language";
import type { Tender, TenderFile } from "./api";

export function FileTable({ tender, action }: { tender: Tender; action?: (file: TenderFile) => ComponentChildren }) {
  const { locale, t } = useLanguage();
  return (
    <table class="parcels files">
      <thead>
        <tr>
          <th scope="col">{t("tender.file")}</th>
          <th scope="col" class="number">{t("tender.size")}</th>
          <th scope="col">{t("tender.sum")}</th>
          <th scope="col">{t("opening.state")}</th>
        </tr>
      </thead>
      <tbody>
        {tender.files.map((file) => (
          <tr key={file.id} data-testid="tender-file" data-name={file.name} data-state={file.state}>
            <th scope="row">{file.name}</th>
            <td data-label={t("tender.size")} class="number">{t("tender.bytes", { value: formatNumber(file.size, locale) })}</td>
            <td data-label={t("tender.sum")}><code class="digest" data-testid="digest">{file.sha256}</code></td>
            <td data-label={t("opening.state")}>
              <span class={`status status-${file.state === "opened" ? "listing" : "closed"}`}>{t(`opening.state.${file.state}`)}</span>
              {action?.(file)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
