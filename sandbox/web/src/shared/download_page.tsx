// 下载: what there is to install, as `make package` built it.
import { useEffect, useState } from "preact/hooks";
import { FailureNotice, Icon, PageHeading } from "./components";
import { Waiting } from "./bridge_gate";
import type { TextKey } from "./catalogue";
import { failureOf } from "./failure";
import { formatNumber } from "./format";
import { request } from "./http";
import { useLanguage } from "./language";

type Processor = "x86_64" | "arm64" | "x86" | "loongarch64" | "mips64el" | "";

interface Download {
  file: string;
  system: "windows" | "linux" | "macos";
  processor: Processor;
  bytes: number;
  sha256: string;
}

export function DownloadPage() {
  const language = useLanguage();
  const { t } = language;
  const [downloads, setDownloads] = useState<Download[]>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    request<{ downloads: Download[] }>("GET", "/api/downloads").then((answer) => setDownloads(answer.downloads), setError);
  }, []);
  return (
    <div class="content">
      <PageHeading>{t("download.title")}</PageHeading>
      {error !== undefined && <FailureNotice title={t("download.failed")} failure={failureOf(error, language)} />}
      {!downloads && error === undefined && <Waiting text={t("parcels.loading")} />}
      {downloads?.length === 0 && (
        <div class="empty" data-testid="no-downloads">
          <Icon name="download" />
          <p class="empty-title">{t("download.none")}</p>
          <p>{t("download.none.text")}</p>
        </div>
      )}
      {downloads && downloads.length > 0 && (
        <>
          <p class="lead">{t("download.lead")}</p>
          <table class="parcels downloads" data-testid="downloads">
            <thead>
              <tr>
                <th scope="col">{t("download.file")}</th>
                <th scope="col">{t("download.system")}</th>
                <th scope="col">{t("download.processor")}</th>
                <th scope="col" class="number">{t("download.size")}</th>
                <th scope="col">{t("download.sum")}</th>
              </tr>
            </thead>
            <tbody>{downloads.map((download) => <DownloadRow key={download.file} download={download} />)}</tbody>
          </table>
          <p class="field-hint">{t("download.check")}</p>
        </>
      )}
    </div>
  );
}

function DownloadRow({ download: { file, system, processor, bytes, sha256 } }: { download: Download }) {
  const { locale, t } = useLanguage();
  return (
    <tr data-testid="download" data-file={file}>
      <th scope="row" class="parcel-name">
        <a href={`/downloads/${encodeURIComponent(file)}`} download={file}>{file}</a>
      </th>
      <td data-label={t("download.system")}>{t(systemOf(file, system))}</td>
      <td data-label={t("download.processor")}>{t(`processor.${processor || "any"}`)}</td>
      <td data-label={t("download.size")} class="number">{t("download.megabytes", { value: formatNumber(Math.max(0.1, bytes / 1e6), locale, 1) })}</td>
      <td data-label={t("download.sum")}><code class="download-sum" data-testid="sum">{sha256}</code></td>
    </tr>
  );
}

/** Which Linux, by the kind of package. */
function systemOf(file: string, system: Download["system"]): TextKey {
  if (file.endsWith(".deb")) return "system.deb";
  return file.endsWith(".rpm") ? "system.rpm" : `system.${system}`;
}
