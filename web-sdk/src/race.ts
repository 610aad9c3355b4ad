/** @internal Why the signal aborted; older browsers do not say. */
export function abortReason(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new DOMException("The operation was aborted.", "AbortError");
}

/** @internal Rejects with the signal's reason when it aborts. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortReason(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** @internal Waits; rejects with the signal's reason when it aborts first. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortReason(signal));
    const onAbort = () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** @internal An abort signal that follows `parent` and can be aborted by itself. */
export function childSignal(parent: AbortSignal | undefined): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  const onAbort = () => controller.abort(parent?.reason);
  if (parent?.aborted) onAbort();
  else parent?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    abort() {
      parent?.removeEventListener("abort", onAbort);
      controller.abort();
    },
  };
}

/**
 * Runs attempts one after the other, each beginning when the one before failed or has taken `staggerMs`; the first
 * success wins and the others are aborted; one that succeeds all the same goes to `discard`. Fails with the outcomes of
 * all, in the order of the items.
 *
 * @internal
 */
export function staggeredRace<Item, Success, Failure>(
  items: readonly Item[],
  attempt: (item: Item, signal: AbortSignal) => Promise<{ success: Success } | { failure: Failure }>,
  discard: (success: Success) => void,
  staggerMs: number,
  parent: AbortSignal | undefined,
): Promise<{ success: Success } | { failures: Failure[] }> {
  return new Promise((resolve, reject) => {
    const { signal, abort } = childSignal(parent);
    const failures: Failure[] = [];
    let next = 0;
    let running = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const finish = (settle: () => void) => {
      clearTimeout(timer);
      settle();
      abort();
    };
    const launch = () => {
      clearTimeout(timer);
      if (next >= items.length) {
        if (running === 0) finish(() => resolve({ failures }));
        return;
      }
      const index = next++;
      running++;
      timer = setTimeout(launch, staggerMs);
      attempt(items[index] as Item, signal).then(
        (outcome) => {
          running--;
          if (signal.aborted) {
            if ("success" in outcome) discard(outcome.success);
            return reject(abortReason(signal));
          }
          if ("success" in outcome) return finish(() => resolve(outcome));
          failures[index] = outcome.failure;
          launch();
        },
        (error: unknown) => finish(() => reject(error as Error)),
      );
    };
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    if (signal.aborted) return reject(abortReason(signal));
    launch();
  });
}
