// The issuance on one token as state.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Progress, UkeyError } from "ukey-bridge";
import { isCancel } from "../../shared/failure";
import type { Order } from "../api";
import { type IssueJob, issueOnToken, type Stage } from "./issue_on_token";

export type IssuanceState =
  | { kind: "idle" }
  | { kind: "running"; stage: Stage; step?: Progress | undefined; serial: string }
  | { kind: "cancelled"; stage: Stage; serial: string; hasNewPin: boolean }
  | { kind: "failed"; stage: Stage; serial: string; hasNewPin: boolean; error: unknown }
  | { kind: "done"; serial: string; order: Order };

export interface Issuance {
  state: IssuanceState;
  start(job: IssueJob): void;
  cancel(): void;
  reset(): void;
}

export function useIssuance(onDone: (order: Order) => void): Issuance {
  const [state, setState] = useState<IssuanceState>({ kind: "idle" });
  const running = useRef<AbortController | undefined>(undefined);
  const latest = useRef(onDone);
  latest.current = onDone;
  const cancel = useCallback(() => running.current?.abort(), []);
  // Leaving the page closes the dialog.
  useEffect(() => cancel, [cancel]);

  const start = useCallback(async (job: IssueJob) => {
    running.current?.abort();
    const abort = (running.current = new AbortController());
    const { serial } = job.token;
    let stage: Stage = "code";
    const watch = (now: Stage, step?: Progress) => {
      stage = now;
      if (running.current === abort) setState({ kind: "running", stage, step, serial });
    };
    try {
      const order = await issueOnToken(job, watch, abort.signal);
      setState({ kind: "done", serial, order });
      latest.current(order);
    } catch (error) {
      if (running.current !== abort) return;
      const ended = { stage, serial, hasNewPin: setNewPin(job, stage, error) };
      setState(isCancel(error) ? { kind: "cancelled", ...ended } : { kind: "failed", ...ended, error });
    }
  }, []);
  const reset = useCallback(() => setState({ kind: "idle" }), []);
  return { state, start: (job) => void start(job), cancel, reset };
}

/** Whether the user chose a new PIN before it ended: it went beyond that, or the bridge says so. */
function setNewPin({ token, goesOn }: IssueJob, stage: Stage, error: unknown): boolean {
  const isBeyond = stage === "request" || stage === "import";
  return (isBeyond && !goesOn && token.pin.state === "default") || (error instanceof UkeyError && error.reason === "pin-changed");
}
