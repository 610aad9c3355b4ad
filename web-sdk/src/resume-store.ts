import type { KeyValueStore } from "./environment.js";

interface Stored {
  resume: string;
  port: number;
}

const key = "ukey-bridge.resume";

/**
 * Keeps, for this tab only, what takes the logins over to the next page, and the port on which the bridge was last.
 *
 * @internal
 */
export class ResumeStore {
  constructor(
    private readonly storage: KeyValueStore,
    private readonly enabled: boolean,
  ) {}

  load(): Stored | undefined {
    if (!this.enabled) return undefined;
    try {
      const stored = JSON.parse(this.storage.get(key) ?? "null") as Partial<Stored> | null;
      if (typeof stored?.resume === "string" && typeof stored.port === "number") return stored as Stored;
    } catch {
      // Written by something else.
    }
    return undefined;
  }

  save(stored: Stored): void {
    if (this.enabled) this.storage.set(key, JSON.stringify(stored));
  }
}
