// What the server says, as state; and one action at a time, with how it failed.
import { useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  reload(): void;
  set(value: T): void;
}

/** Loads at the start, when `key` changes, and on `reload`; what was there stays until the new is here. */
export function useLoaded<T>(load: () => Promise<T>, key: string | number = ""): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [error, complain] = useState<unknown>();
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
  }, [key, round]);
  return { value, error, reload: () => setRound((before) => before + 1), set: (next) => setValue(() => next) };
}

export interface Action {
  busy: boolean;
  error: unknown;
  run(work: () => Promise<unknown>): void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, complain] = useState<unknown>();
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
