// 开标: the tenderer opens the outer layer of each file, its bidder the inner one; both may save what was in it.
import { saveAs, type UkeyBridge } from "ukey-bridge";
import { useLanguage } from "../../shared/language";
import type { TenderFile, TenderStanding } from "./api";
import { FileTable } from "./file_table";
import { layerOf } from "./octets";
import { openLayer } from "./sealing";
import { TaskView } from "./task_view";
import { useTask } from "./use_task";

interface Props {
  standing: TenderStanding;
  bridge: UkeyBridge | undefined;
  role: "bidder" | "tenderer";
  onChanged(): void;
}

export function OpeningPanel({ standing, bridge, role, onChanged }: Props) {
  const { t } = useLanguage();
  const opening = useTask();
  const saving = useTask();
  const busy = opening.task.kind === "running" || saving.task.kind === "running";
  const open = (file: TenderFile) =>
    bridge &&
    opening.run(async ({ signal, begin, onProgress }) => {
      begin(t("opening.running", { name: file.name }), file.size);
      await openLayer(bridge, file, { signal, onProgress });
      onChanged();
    });
  const save = (file: TenderFile) =>
    saving.run(async ({ signal, begin }) => {
      await saveAs(file.name, async ({ into }) => {
        begin(t("opening.saving", { name: file.name }), file.size);
        const content = layerOf(file.id, "content", signal);
        return into ? content.pipeTo(into) as Promise<undefined> : new Response(content).blob();
      });
    });
  const canOpen = { bidder: "inner", tenderer: "sealed" }[role];
  return (
    <section class="sheet" data-testid="opening" aria-labelledby="opening-heading">
      <div class="content-head">
        <h2 class="sheet-title" id="opening-heading">{t("opening.title")}</h2>
        <button type="button" class="button-plain" data-testid="refresh-opening" disabled={busy} onClick={onChanged}>{t("action.refresh")}</button>
      </div>
      <p>{t(`opening.text.${role}`)}</p>
      <TaskView task={opening.task} failed="opening.failed" cancelled="opening.cancelled" onCancel={opening.cancel} />
      <TaskView task={saving.task} failed="opening.save.failed" cancelled="opening.cancelled" onCancel={saving.cancel} />
      {standing.tenders.length === 0 && <p class="empty" data-testid="no-tenders">{t("opening.none")}</p>}
      {standing.tenders.map((tender) => (
        <div key={tender.bidder} data-testid="opening-tender" data-bidder={tender.bidder}>
          {role === "tenderer" && <h3 class="section-heading">{t("opening.bidder", { number: tender.bidder, name: tender.name })}</h3>}
          <FileTable
            tender={tender}
            action={(file) => (
              <>
                {file.state === canOpen && <button type="button" class="button button-small" data-testid="open-layer" disabled={busy || !bridge} onClick={() => open(file)}>{t(role === "tenderer" ? "opening.outer" : "opening.inner")}</button>}
                {file.state === "opened" && <button type="button" class="button-plain" data-testid="save-file" disabled={busy} onClick={() => save(file)}>{t("opening.save")}</button>}
              </>
            )}
          />
        </div>
      ))}
    </section>
  );
}
