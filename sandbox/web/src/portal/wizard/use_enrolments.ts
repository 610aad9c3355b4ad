// What this portal began on tokens and did not finish.
import { useEffect, useState } from "preact/hooks";
import type { Enrolment, UkeyBridge } from "ukey-bridge";

export interface Enrolments {
  /** `undefined` until they are known. */
  list: Enrolment[] | undefined;
  error: unknown;
  /** Forgets them until they are known anew. */
  reload(): void;
}

export function useEnrolments(bridge: UkeyBridge): Enrolments {
  const [list, setList] = useState<Enrolment[]>();
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  const look = () => setRound((before) => before + 1);
  useEffect(() => {
    let wanted = true;
    bridge.enrolments().then(
      (enrolments) => {
        if (!wanted) return;
        // What is not ready for the RA is taken back by the bridge itself.
        setList(enrolments.filter(({ state }) => state !== "prepared"));
        setError(undefined);
      },
      (reason: unknown) => wanted && setError(reason),
    );
    return () => {
      wanted = false;
    };
  }, [bridge, round]);
  useEffect(() => {
    const stops = [bridge.on("tokenInserted", look), bridge.on("tokenRemoved", look), bridge.on("reconnected", look)];
    return () => stops.forEach((stop) => stop());
  }, [bridge]);
  const reload = () => {
    setList(undefined);
    look();
  };
  return { list, error, reload };
}
