import { Backoff } from "./backoff.js";
import { delay } from "./race.js";
import type { StepLog } from "./steps.js";

/** How often a bridge that is still at it is asked again without a further step of its work. */
const busyTries = 6;

/**
 * With a bridge that is `busy` with what this page, or the one that it was before a reload, asked of it: as long as it
 * tells of further steps, and a few times more.
 *
 * @internal
 */
export class Patience {
  private readonly backoff: Backoff;
  private steps = 0;
  private busy = 0;

  constructor(
    random: () => number,
    private readonly log: StepLog,
  ) {
    this.backoff = new Backoff(random);
  }

  /** Waits until the bridge may be asked once more; false when that was often enough. */
  async wait(signal: AbortSignal | undefined): Promise<boolean> {
    if (this.log.count > this.steps) {
      this.steps = this.log.count;
      this.busy = 0;
      this.backoff.reset();
    } else if (++this.busy >= busyTries) {
      return false;
    }
    await delay(this.backoff.next(), signal ?? new AbortController().signal);
    return true;
  }
}
