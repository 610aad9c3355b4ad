import type { Driver, Token } from "./api.js";
import type { Actor } from "./actor.js";
import type { Emitter } from "./emitter.js";
import { UkeyError } from "./errors.js";
import type { TokenId, TokensChanged } from "./generated/protocol.js";
import type { BridgeEvents } from "./options.js";

const events = { inserted: "tokenInserted", removed: "tokenRemoved", updated: "tokenUpdated" } as const;

const hasTrouble = ({ state }: Driver) => state === "missing" || state === "failed" || state === "hung";

/**
 * Tells listeners of plugged, pulled and changed tokens and of drivers in trouble, and after a lost connection of what happened meanwhile.
 *
 * @internal
 */
export class TokenWatch {
  private known: Map<TokenId, Token> | undefined;
  private troubled = new Map<string, Driver>();

  constructor(
    private readonly actor: Actor,
    private readonly emitter: Emitter<BridgeEvents>,
  ) {}

  /** Whether there are listeners for tokens or drivers. */
  get isWanted(): boolean {
    return [...Object.values(events), "driverChanged" as const].some((name) => this.emitter.count(name) > 0);
  }

  get isOn(): boolean {
    return this.known !== undefined;
  }

  /** Subscribes; tells what changed since the tokens were last known, i.e. while the connection was down. */
  async start(): Promise<void> {
    const before = this.known;
    this.known = before ?? new Map();
    try {
      await this.actor.call("tokens.subscribe", {});
      const answer = await this.actor.call("tokens.list", {});
      const { tokens } = answer;
      if (!this.known) return; // The last listener went meanwhile.
      for (const driver of (answer as { drivers?: Driver[] }).drivers ?? []) this.driverChanged(driver);
      const now = new Map(tokens.map((token) => [token.id, this.actor.tokenFrom(token)]));
      this.known = now;
      if (!before) return;
      for (const token of before.values()) if (!now.has(token.id)) this.emitter.emit("tokenRemoved", token);
      for (const token of now.values()) if (!before.has(token.id)) this.emitter.emit("tokenInserted", token);
    } catch (error) {
      // Another try comes with the next connection, which then tells the difference to what was known before.
      if (!UkeyError.is(error, "connection-lost")) this.known = before;
      throw error;
    }
  }

  /** Forgets the tokens; there is nobody to tell. */
  stop(): void {
    this.known = undefined;
    this.troubled.clear();
  }

  /** Tells of a driver only what is news: that there is trouble, another one, or none any more. */
  driverChanged(driver: Driver): void {
    const before = this.troubled.get(driver.name);
    if (before?.state === driver.state || (!before && !hasTrouble(driver))) return;
    if (hasTrouble(driver)) this.troubled.set(driver.name, driver);
    else this.troubled.delete(driver.name);
    this.emitter.emit("driverChanged", driver);
  }

  changed({ event, token: data }: TokensChanged): void {
    const token = this.actor.tokenFrom(data);
    if (event === "removed") this.known?.delete(token.id);
    else this.known?.set(token.id, token);
    const name = events[event];
    if (name) this.emitter.emit(name, token);
  }
}
