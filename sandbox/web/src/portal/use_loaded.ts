// What the server says, as state; and one action at a time, with how it failed.
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import { createContext } from "preact";
import { ApiError } from "../shared/http";

/** Told when the server knows of no login any more. */
export const SessionEnded = createContext<() => void>(() => undefined);

function useComplaint(): [unknown, (error: unknown) => void] {
  const [error, setError] = useState<unknown>();
  const ended = useContext(SessionEnded);
  const complain = useCallback(
    (reason: unknown) => (reason instanceof ApiError && reason.code === "login-required" ? ended() : setError(reason)),
    [ended],
  );
  return [error, complain];
}

export interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  reload(): void;
  set(value: T): void;
}

/** Loads at the start, when `key` changes, and on `reload`; what was there stays until the new is here. */
export function useLoaded<T>(load: () => Promise<T>, key: string | number = ""): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [error, complain] = useComplaint();
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    let wanted = true;
    latest.current().then(
      (answer) => {
        if (!wanted) return;
        setValue(() => answer);
        complain(undefined);
      },
      (reason: unknown) => wanted && complain(reason),
    );
    return () => {
      wanted = false;
    };
  }, [key, round, complain]);
  return { value, error, reload: () => setRound((before) => before + 1), set: (next) => setValue(() => next) };
}

export interface Action {
  busy: boolean;
  error: unknown;
  run(work: () => Promise<unknown>): void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, complain] = useComplaint();
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    complain(undefined);
    try {
      await work();
    } catch (reason) {
      complain(reason);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run: (work) => void run(work) };
}
