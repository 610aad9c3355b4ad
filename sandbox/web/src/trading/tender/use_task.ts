// Long work on a file: one at a time, with its progress, and given up by the user or with the page.
import { useEffect, useRef, useState } from "preact/hooks";
import { isCancel } from "../../shared/failure";

export type Task =
  | { kind: "idle" }
  | { kind: "running"; text: string; octets: number; total: number }
  | { kind: "cancelled" }
  | { kind: "failed"; error: unknown };

export interface TaskTools {
  signal: AbortSignal;
  /** What is done now, over so many octets. */
  begin(text: string, total: number): void;
  onProgress(octets: number): void;
}

export function useTask(): { task: Task; run(work: (tools: TaskTools) => Promise<void>): void; cancel(): void } {
  const [task, setTask] = useState<Task>({ kind: "idle" });
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  useEffect(() => {
    if (task.kind !== "running") return;
    // The browser asks whether the page may go.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [task.kind]);
  const run = async (work: (tools: TaskTools) => Promise<void>) => {
    if (running.current) return;
    const controller = (running.current = new AbortController());
    let shown = 0;
    try {
      await work({
        signal: controller.signal,
        begin: (text, total) => setTask({ kind: "running", text, octets: 0, total }),
        onProgress(octets) {
          // As often as one sees it.
          if (performance.now() - shown < 100) return;
          shown = performance.now();
          setTask((before) => (before.kind === "running" ? { ...before, octets } : before));
        },
      });
      setTask({ kind: "idle" });
    } catch (error) {
      setTask(isCancel(error) ? { kind: "cancelled" } : { kind: "failed", error });
    } finally {
      running.current = undefined;
    }
  };
  return { task, run: (work) => void run(work), cancel: () => running.current?.abort() };
}
