import { fromBase64Url, toBase64Url } from "./base64.js";
import type { Environment, KeyValueStore } from "./environment.js";
import type { BridgeHelloResult, BridgeIdentity } from "./generated/protocol.js";

const storageKey = "ukey-bridge.identity";
/** The key there, as long as the user has not said that it is the bridge's. */
const unconfirmedKey = "ukey-bridge.identity-unconfirmed";
const purpose = "ukey.v1 identity";
const meetingPurpose = "ukey.v1 first meeting";
const meetingCodes = 1_000_000;
const nonceOctets = 32;

/**
 * Knows the bridge of this computer again. Each installation has a key of its own, and proves it over a nonce of the
 * connection and the page's origin; the first key that a site meets is kept in `localStorage` and is the only one from
 * then on, unless the site names its keys. So another program that sits on the bridge's port gets a hello, and no more.
 * Whether the first one was the bridge only the user can say: see `Meeting`.
 *
 * @internal
 */
export class Identity {
  private readonly named: readonly string[] | undefined;
  /** Where there is no storage, the key is known as long as the page is there. */
  private met: string | undefined;
  private unconfirmed: string | undefined;

  constructor(
    private readonly environment: Environment,
    keys: readonly string[] | undefined,
  ) {
    this.named = keys?.map(canonical);
  }

  /** Browsers give cryptography to secure contexts alone; elsewhere anybody could have written the page as well. */
  get canBeChecked(): boolean {
    return this.environment.crypto?.subtle !== undefined;
  }

  /** Whether it is known by now which bridge it has to be. */
  get isExpected(): boolean {
    return this.accepted() !== undefined;
  }

  newNonce(): string {
    const octets = new Uint8Array(nonceOctets);
    this.environment.crypto?.getRandomValues(octets);
    return toBase64Url(octets);
  }

  /** Whether that is the answer of the bridge that this site knows, or, at the first meeting, of one that has a key. */
  async admits(hello: BridgeHelloResult, nonce: string): Promise<boolean> {
    const { identity } = hello;
    if (typeof identity?.key !== "string" || typeof identity.signature !== "string") return false;
    const accepted = this.accepted();
    if (accepted && !accepted.includes(canonical(identity.key))) return false;
    return this.verifies(identity, nonce);
  }

  /** Of a bridge that was admitted. */
  remember({ identity }: BridgeHelloResult): void {
    if (!identity || this.isExpected) return;
    this.met = this.unconfirmed = canonical(identity.key);
    this.environment.localStorage.set(unconfirmedKey, this.met);
    this.environment.localStorage.set(storageKey, this.met);
  }

  /** Whether only trust on first use speaks for the bridge yet, neither the site nor the user. */
  get isUnconfirmed(): boolean {
    if (this.named) return false;
    const known = this.environment.localStorage.get(storageKey) ?? this.met;
    return known === undefined || known === (this.environment.localStorage.get(unconfirmedKey) ?? this.unconfirmed);
  }

  /** The user compared the code: from now on this key is the one. */
  confirm(key: string): void {
    this.met = canonical(key);
    this.unconfirmed = undefined;
    this.environment.localStorage.set(storageKey, this.met);
    this.environment.localStorage.remove(unconfirmedKey);
  }

  /** It is not the bridge, says the user: whoever answers next is met for the first time. */
  reject(): void {
    this.met = this.unconfirmed = undefined;
    Identity.forget(this.environment.localStorage);
  }

  /** What page and bridge show alike. `nonce`: made for this, when the key was known. */
  async meetingCode(key: string, nonce: string): Promise<string> {
    const { subtle } = this.environment.crypto as Crypto;
    const beginning = new TextEncoder().encode(`${meetingPurpose}\0${this.environment.origin}\0`);
    const hashed = Uint8Array.of(...beginning, ...fromBase64Url(canonical(key)), ...fromBase64Url(nonce));
    const number = new DataView(await subtle.digest("SHA-256", hashed)).getUint32(0) % meetingCodes;
    const digits = String(number).padStart(6, "0");
    return `${digits.slice(0, 3)} ${digits.slice(3)}`;
  }

  /** The next bridge is met for the first time. */
  static forget(storage: KeyValueStore): void {
    storage.remove(storageKey);
    storage.remove(unconfirmedKey);
  }

  private accepted(): readonly string[] | undefined {
    if (this.named) return this.named;
    const known = this.environment.localStorage.get(storageKey) ?? this.met;
    return known === undefined ? undefined : [known];
  }

  private async verifies(identity: BridgeIdentity, nonce: string): Promise<boolean> {
    const { subtle } = this.environment.crypto as Crypto;
    const octets = (text: string) => fromBase64Url(text) as BufferSource;
    // The page's own origin, not the one that the answer names: a proof that was made for another site is none here.
    const message = new TextEncoder().encode(`${purpose}\0${this.environment.origin}\0`);
    try {
      const p256 = { name: "ECDSA", namedCurve: "P-256" };
      const key = await subtle.importKey("spki", octets(identity.key), p256, false, ["verify"]);
      const signed = Uint8Array.of(...message, ...fromBase64Url(nonce));
      return await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, octets(identity.signature), signed);
    } catch {
      return false; // No base64, or no key.
    }
  }
}

/** A site may have its keys as base64 of either kind. */
function canonical(key: string): string {
  return key.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
