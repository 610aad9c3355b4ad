import type { Progress } from "./generated/protocol.js";

/**
 * The steps of one piece of work. It keeps them, so that whoever listens late, or listens beside others, hears all.
 *
 * @internal
 */
export class StepLog {
  private readonly steps: Progress[] = [];
  private over = false;
  private wake: () => void = () => undefined;
  private change = this.nextChange();

  add(step: Progress): void {
    // After a reconnection the bridge says once more where it is.
    if (this.steps[this.steps.length - 1]?.step === step.step) return;
    this.steps.push(step);
    this.tell();
  }

  /** How many there were. */
  get count(): number {
    return this.steps.length;
  }

  /** There are no more. */
  end(): void {
    this.over = true;
    this.tell();
  }

  async *read(): AsyncGenerator<Progress, void, undefined> {
    for (let next = 0; ; next++) {
      while (next >= this.steps.length) {
        if (this.over) return;
        await this.change;
      }
      yield this.steps[next] as Progress;
    }
  }

  private tell(): void {
    const wake = this.wake;
    this.change = this.nextChange();
    wake();
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}
