// 密封投标: choose files, have them sealed and uploaded, sign what was sent; withdraw it again.
import { useState } from "preact/hooks";
import type { UkeyBridge } from "ukey-bridge";
import { Notice } from "../../shared/components";
import { formatDateTime } from "../../shared/format";
import { useLanguage } from "../../shared/language";
import { Complaint, Facts } from "../../shared/parts";
import { useAction } from "../../shared/use_loaded";
import type { Draft } from "../bidding/api";
import { type SealedFile, tenderApi, type Tenderer, type TenderStanding } from "./api";
import { FileTable } from "./file_table";
import { ownEncryptionCertificate, sealAndUpload } from "./sealing";
import { TaskView } from "./task_view";
import { useTask } from "./use_task";

interface Props {
  standing: TenderStanding;
  bridge: UkeyBridge | undefined;
  /** Of the certificate of the login. */
  thumbprint: string;
  onDraft(draft: () => Promise<Draft>): void;
  onStanding(standing: TenderStanding): void;
}

export function TenderPanel({ standing, onStanding, ...props }: Props) {
  const { t } = useLanguage();
  const [withdrawn, setWithdrawn] = useState(false);
  const mine = standing.tenders.find((tender) => tender.mine);
  return (
    <section class="sheet" data-testid="tender" data-state={mine ? "sent" : "open"} aria-labelledby="tender-heading">
      <h2 class="sheet-title" id="tender-heading">{t("tender.title")}</h2>
      <p>{t("tender.text")}</p>
      {withdrawn && !mine && <Notice tone="info" testId="tender-withdrawn"><p>{t("tender.withdrawn")}</p></Notice>}
      {mine ? (
        <SentTender standing={standing} onStanding={(next) => { setWithdrawn(true); onStanding(next); }} />
      ) : standing.tenderer ? (
        <SealForm standing={standing} tenderer={standing.tenderer} {...props} />
      ) : (
        <Notice tone="warn" testId="no-tenderer"><p>{t("tender.noTenderer")}</p></Notice>
      )}
    </section>
  );
}

function SealForm({ standing, tenderer, bridge, thumbprint, onDraft }: Omit<Props, "onStanding"> & { tenderer: Tenderer }) {
  const { t } = useLanguage();
  const [files, setFiles] = useState<File[]>([]);
  const { task, run, cancel } = useTask();
  const running = task.kind === "running";
  const { id } = standing.parcel;
  const submit = (event: Event) => {
    event.preventDefault();
    if (!bridge) return;
    run(async ({ signal, begin, onProgress }) => {
      const mine = await ownEncryptionCertificate(bridge, thumbprint);
      const sealed: SealedFile[] = [];
      for (const [index, file] of files.entries()) {
        begin(t("tender.sealing", { name: file.name, index: index + 1, count: files.length }), file.size);
        sealed.push(await sealAndUpload(bridge, file, mine, tenderer, { signal, onProgress }));
      }
      onDraft(() => tenderApi.draft(id, mine.pem, sealed));
    });
  };
  return (
    <form class="form" onSubmit={submit}>
      <Facts rows={[[t("tender.to"), t("tender.toValue", { tenderer: tenderer.name })]]} />
      <div class="field">
        <label for="tender-files">{t("tender.files")}</label>
        <input id="tender-files" type="file" multiple required data-testid="tender-files" disabled={running} onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])} />
      </div>
      <TaskView task={task} failed="tender.failed" cancelled="tender.cancelled" onCancel={cancel} />
      {!running && <button type="submit" class="button" data-testid="seal" disabled={!bridge || files.length === 0 || files.length > 8}>{t("tender.seal")}</button>}
    </form>
  );
}

function SentTender({ standing, onStanding }: Pick<Props, "standing" | "onStanding">) {
  const { locale, t } = useLanguage();
  const { busy, error, run } = useAction();
  const mine = standing.tenders.find((tender) => tender.mine);
  if (!mine) return null;
  return (
    <>
      <p data-testid="tender-sent">{t("tender.sent", { time: formatDateTime(mine.received, locale), count: mine.files.length })} {t("tender.checked")}</p>
      <FileTable tender={mine} />
      <Complaint title="tender.withdraw.failed" error={error} />
      <p class="field-hint">{t("tender.withdraw.hint")}</p>
      <div class="buttons">
        <button type="button" class="button-plain" data-testid="withdraw" disabled={busy} onClick={() => run(async () => onStanding(await tenderApi.withdraw(standing.parcel.id)))}>{t("tender.withdraw")}</button>
      </div>
    </>
  );
}
