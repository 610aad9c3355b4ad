/**
 * Waiting times between attempts to reconnect: each twice the one before, up to a cap, and a random half taken off, so
 * that the pages of a browser do not come all at once when the bridge is back.
 *
 * @internal
 */
export class Backoff {
  private attempts = 0;

  constructor(
    private readonly random: () => number,
    private readonly firstMs = 500,
    private readonly capMs = 30_000,
  ) {}

  next(): number {
    const full = Math.min(this.capMs, this.firstMs * 2 ** this.attempts);
    this.attempts++;
    return full * (1 - this.random() / 2);
  }

  reset(): void {
    this.attempts = 0;
  }
}
