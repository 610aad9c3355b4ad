// How long work goes, and how it went.
import type { TextKey } from "../../shared/catalogue";
import { FailureNotice, Notice, Spinner } from "../../shared/components";
import { failureOf } from "../../shared/failure";
import { useLanguage } from "../../shared/language";
import { OverlookedDialog } from "../../shared/overlooked_dialog";
import type { Task } from "./use_task";

interface Props {
  task: Task;
  failed: TextKey;
  cancelled: TextKey;
  onCancel(): void;
}

export function TaskView({ task, failed, cancelled, onCancel }: Props) {
  const language = useLanguage();
  const { t } = language;
  if (task.kind === "failed") return <FailureNotice title={t(failed)} failure={failureOf(task.error, language)} />;
  if (task.kind === "cancelled") return <Notice tone="info" testId="task-cancelled"><p>{t(cancelled)}</p></Notice>;
  if (task.kind === "idle") return null;
  const { text, octets, total } = task;
  const percent = Math.min(100, total === 0 ? 100 : Math.floor((octets / total) * 100));
  return (
    <div class="progress" data-testid="task" data-percent={percent}>
      <Spinner />
      <div class="progress-text">
        <div role="status">
          <p>{text}</p>
          <OverlookedDialog />
        </div>
        <p class="progress-hint">{t("tender.stay")}</p>
        <progress class="meter" max={100} value={percent} aria-label={text} /> {percent}%
      </div>
      <button type="button" class="button-plain" data-testid="cancel-task" onClick={onCancel}>{t("action.cancel")}</button>
    </div>
  );
}
