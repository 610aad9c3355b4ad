import type { Driver, Enrolment, Token } from "./api.js";
import { type Actor, idOf, verifyPin } from "./actor.js";
import { bytesOf, toBase64Url } from "./base64.js";
import { type CallOptions, type MethodName } from "./connection.js";
import { Emitter } from "./emitter.js";
import { TokenEnrolment } from "./enrolment.js";
import { browserEnvironment, type Environment, type LocalNetworkPermission } from "./environment.js";
import type { Content } from "./content.js";
import { inspect, open, type Opened, type OpenOptions, type Recipient, seal, type SealOptions } from "./envelopes.js";
import { sdkError, UkeyError } from "./errors.js";
import { defaultTiming, type FindTiming } from "./finder.js";
import type {
  AuthFormat,
  AuthSignResult,
  Certificate,
  CertificateId,
  DialogChanged,
  Digest,
  DigestAlgorithm,
  EnvelopeInspectResult,
  KeyUsage,
  Methods,
  Progress,
  Scope,
  SignatureVerifyResult,
  SignDataResult,
  SignDigestResult,
  Token as TokenData,
  TokenId,
  TokensChanged,
} from "./generated/protocol.js";
import { Identity } from "./identity.js";
import { Link, type LinkOptions } from "./link.js";
import type { BridgeEvents, ConnectOptions } from "./options.js";
import {
  type NamedContent,
  sign,
  signAll,
  type SignAllOptions,
  type Signed,
  type SignedItem,
  type SignOptions,
  verify,
  type VerifyOptions,
} from "./signatures.js";
import { type AskAuthority, timestamp, type TimestampOptions } from "./timestamps.js";
import { PluggedToken } from "./token.js";
import { TokenWatch } from "./token-watch.js";

/** `format`: how a login's signature is made; `ukey-auth:2` where it is left out. */
export type AuthOptions = CallOptions & { format?: AuthFormat };

/**
 * The connection of a page to Ukey Bridge on the user's computer. It is kept up: when it is lost, the SDK reconnects by
 * itself, with growing pauses and only while the page is visible.
 *
 * Every method rejects with a `UkeyError`, or with the reason of its `AbortSignal`. A call that was under way when the
 * connection was lost rejects with `connection-lost` and is not repeated, for it may have had its effect.
 *
 * @example
 * const bridge = await UkeyBridge.connect({ scopes: ["certificates", "sign"] });
 * const [certificate] = await bridge.certificates({ usage: "sign" });
 * const auth = await bridge.login(certificate, challenge);
 */
export class UkeyBridge {
  private readonly emitter = new Emitter<BridgeEvents>();
  private readonly link: Link;
  private readonly actor: Actor;
  private readonly tokenWatch: TokenWatch;
  private grantedScopes: Scope[] = [];
  private hasOverlookedDialog = false;
  private readonly locale: string;
  /** For what hands content over. */
  private readonly connected = (signal: AbortSignal | undefined) => this.link.confirmed(signal);

  private constructor(environment: Environment, options: LinkOptions, timing: FindTiming) {
    this.locale = options.locale;
    this.link = new Link(environment, options, timing, {
      connected: ({ grants }) => (this.grantedScopes = grants),
      notified: (method, params) => this.notified(method, params),
      lost: () => this.lost(),
      regained: () => this.regained(),
      ended: (error) => {
        this.dialogGone();
        this.emitter.emit("closed", { error });
      },
    });
    this.actor = {
      call: (method, params, options) => this.call(method, params, options),
      on: (event, listener) => this.emitter.on(event, listener),
      whenConnected: (signal) => this.link.whenConnected(signal),
      tokenFrom: (data) => new PluggedToken(this.actor, data),
      random: environment.random,
    };
    this.tokenWatch = new TokenWatch(this.actor, this.emitter);
  }

  /**
   * Finds the bridge and connects.
   *
   * Call it from a click: browsers may ask the user for permission at the first connection. When `permission()` says
   * `granted` or `ungated` it may be called at any time.
   *
   * Rejects with `not-installed`, `not-running`, `permission-prompt`, `permission-denied`, `insecure-page`,
   * `frame-not-delegated`, `origin-denied`, `outdated`, `identity-changed`; with `scopes` also `scope-denied`, `user-cancelled`,
   * `prompt-timeout`, `prompt-unavailable`.
   */
  static connect(options: ConnectOptions = {}): Promise<UkeyBridge> {
    return UkeyBridge.connectIn(browserEnvironment(), options);
  }

  /** @internal */
  static async connectIn(environment: Environment, options: ConnectOptions, timing: FindTiming = defaultTiming) {
    const locale = options.locale ?? environment.locale;
    const bridge = new UkeyBridge(environment, { ...options, locale }, timing);
    if (options.onDialogChanged) bridge.on("dialogChanged", options.onDialogChanged);
    try {
      await bridge.link.establish(options.signal);
      const missing = options.scopes?.filter((scope) => !bridge.grants.includes(scope)) ?? [];
      if (missing.length) await bridge.requestAccess(missing, { signal: options.signal });
    } catch (error) {
      bridge.close();
      throw error;
    }
    return bridge;
  }

  /**
   * The browser's permission to reach programs on this computer, which `connect` will need: `prompt` means that the
   * user will be asked, `ungated` that this browser has no such permission.
   */
  static permission(): Promise<LocalNetworkPermission> {
    return browserEnvironment().permission();
  }

  /**
   * Forgets which bridge this site knows on this computer, after `identity-changed`: the next `connect` takes the one that
   * it meets. Call it only from a click by which the user says that the bridge was installed anew.
   */
  static forgetIdentity(): void {
    Identity.forget(browserEnvironment().localStorage);
  }

  /** Version of the bridge. */
  get version(): string {
    return this.link.hello?.version ?? "";
  }

  /** The origin of this page as the bridge sees it; login signatures are bound to it. */
  get origin(): string {
    return this.link.hello?.origin ?? "";
  }

  /** Scopes that this origin was granted. */
  get grants(): readonly Scope[] {
    return this.grantedScopes;
  }

  /** Optional parts that this bridge has. */
  get features(): readonly string[] {
    return this.link.hello?.features ?? [];
  }

  /** Whether the logins of the page before were taken over. */
  get resumed(): boolean {
    return this.link.hello?.resumed === true;
  }

  /** Whether the connection is up now. */
  get isConnected(): boolean {
    return this.link.isConnected;
  }

  /**
   * Listens. The first listener for tokens or drivers subscribes to them; nothing is polled.
   * @returns a function that ends it.
   */
  on<Name extends keyof BridgeEvents>(event: Name, listener: (value: BridgeEvents[Name]) => void): () => void {
    const stop = this.emitter.on(event, listener);
    if (this.tokenWatch.isWanted && !this.tokenWatch.isOn) this.inBackground(this.tokenWatch.start());
    return () => {
      stop();
      if (this.tokenWatch.isWanted || !this.tokenWatch.isOn) return;
      this.tokenWatch.stop();
      if (this.isConnected) this.inBackground(this.call("tokens.unsubscribe", {}));
    };
  }

  /** Asks for scopes; the administrator's policy answers, or the user in a dialog. @returns all scopes granted now. */
  async requestAccess(scopes: Scope[], options?: CallOptions): Promise<readonly Scope[]> {
    const { grants } = await this.call("bridge.requestAccess", { scopes }, options);
    return (this.grantedScopes = grants);
  }

  /** The plugged-in tokens. */
  async tokens(options?: CallOptions): Promise<Token[]> {
    const { tokens } = await this.call("tokens.list", {}, options);
    return tokens.map(this.actor.tokenFrom);
  }

  /**
   * What this origin began on tokens and did not finish, oldest first, e.g. before a reload: to be completed or given up.
   * An enrolment's `token` is there when it is plugged in now.
   */
  async enrolments(options?: CallOptions): Promise<Enrolment[]> {
    const { enrolments } = await this.call("enrolment.list", {}, options);
    const tokens = enrolments.some(({ token }) => token !== undefined) ? await this.tokens(options) : [];
    return enrolments.map((one) => TokenEnrolment.pending(this.actor, one, tokens.find(({ id }) => id === one.token)));
  }

  /** Certificates on the plugged-in tokens, or on one of them; of one use, or of both. */
  async certificates(
    filter: { token?: TokenData | TokenId; usage?: KeyUsage } = {},
    options?: CallOptions,
  ): Promise<Certificate[]> {
    const params = {
      ...(filter.token !== undefined && { token: idOf(filter.token) }),
      ...(filter.usage && { usage: filter.usage }),
    };
    return (await this.call("certificates.list", params, options)).certificates;
  }

  /**
   * Logs in: the user enters the PIN in a window outside the browser, and the token signs the server's challenge, bound
   * to this page's origin. Send the result to the server, which checks it.
   *
   * Rejects with `pin-incorrect` (see `triesLeft`), `pin-locked`, `pin-too-short`, `user-cancelled`, `prompt-timeout`,
   * `token-removed` and others.
   *
   * @param challenge the server's, as it came: 43 to 128 characters of base64 or base64url.
   * @param options `format`: `web-eid:1` for a server with a validator of Web eID, where the administrator allows it.
   */
  async login(certificate: Certificate, challenge: string, options?: AuthOptions): Promise<AuthSignResult> {
    await verifyPin(this.actor, certificate.token, options);
    return this.signAuth(certificate, challenge, options);
  }

  /** Signs a login challenge, bound to this page's origin, within a login that there is already. */
  async signAuth(certificate: Certificate | CertificateId, challenge: string, options: AuthOptions = {}): Promise<AuthSignResult> {
    const { format } = options;
    const params = { certificate: idOf(certificate), challenge, ...(format && { format }) };
    const result = await this.call("auth.sign", params, options);
    // An older bridge makes what any other page could have had signed as well.
    if (result.format !== (format ?? "ukey-auth:2")) throw sdkError("outdated", this.locale);
    return result;
  }

  /** Signs data (text as UTF-8), at most 4 MiB. */
  async signData(
    certificate: Certificate | CertificateId,
    data: string | Uint8Array | ArrayBuffer,
    options: CallOptions & { format?: "raw" | "pkcs7" | "cms"; detached?: boolean; description?: string } = {},
  ): Promise<SignDataResult & { signature: string }> {
    const { format = "raw", detached, description } = options;
    const params = {
      certificate: idOf(certificate),
      format,
      data: toBase64Url(bytesOf(data)),
      ...(detached !== undefined && { detached }),
      ...(description !== undefined && { description }),
    };
    const { signature, ...rest } = await this.call("sign.data", params, options);
    // Only what is signed into a stream comes without it.
    if (signature === undefined) throw sdkError("outdated", this.locale);
    return { ...rest, signature };
  }

  /** Signs a digest; for SM2 that of the message with Z, and `sm3`. Needs the scope `digest`, which the administrator grants. */
  signDigest(
    certificate: Certificate | CertificateId,
    digest: Uint8Array | Digest,
    digestAlgorithm: DigestAlgorithm,
    options?: CallOptions,
  ): Promise<SignDigestResult> {
    const text = typeof digest === "string" ? digest : toBase64Url(digest);
    return this.call("sign.digest", { certificate: idOf(certificate), digest: text, digestAlgorithm }, options);
  }

  /**
   * Signs content of any size: into a message of CAdES-B-B beside the content, or as `options` say. Where this page is not
   * logged in on the token, the user enters the PIN first.
   *
   * Rejects with `reserved-message` (content that could be taken for a login or a certificate), `pin-incorrect`, `pin-locked`,
   * `user-cancelled`, `token-removed` and others; with `pin-required` when the login ended while the content was read.
   */
  sign(content: Content, certificate: Certificate | CertificateId, options: SignOptions = {}): Promise<Signed> {
    return sign(this.connected, this.actor, content, certificate, options, this.locale);
  }

  /**
   * Signs up to 1,000 documents, each of at most 4 MiB, under one PIN and one question that shows the list. All of them are
   * signed, or none.
   *
   * @returns a signature for each, in their order. Rejects as `sign` does, and with `too-large`.
   */
  signAll(
    items: readonly NamedContent[],
    certificate: Certificate | CertificateId,
    options: SignAllOptions = {},
  ): Promise<SignedItem[]> {
    return signAll(this.actor, items, certificate, options, this.locale);
  }

  /**
   * Checks a signature or a signed message of at most 4 MiB; needs no token. What was signed is given as `content`, of any
   * size, or lies in the message (`undefined`). It does not look whether certificates were revoked: a server has to.
   *
   * @param signature as Blob or bytes, or as base64url.
   * @returns `valid` only when every signer's signature counts; `reason` says why one does not.
   */
  verify(
    content: Content | undefined,
    signature: Blob | Uint8Array | ArrayBuffer | string,
    options: VerifyOptions = {},
  ): Promise<SignatureVerifyResult> {
    return verify(this.connected, content, signature, options, this.locale);
  }

  /**
   * Puts a time stamp on the first signature of a message (`cms`, `pkcs7`) that has none: CAdES-B-T. The signature then counts
   * after its certificate has expired. Needs no token, and the same bridge before and after `ask`.
   *
   * Rejects with `bad-request` (the authority refused, or answers something else), `certificate-mismatch` (of the authority) and
   * whatever `ask` does.
   *
   * @returns the message with the stamp in it.
   */
  timestamp(
    signature: Blob | Uint8Array | ArrayBuffer | string,
    ask: AskAuthority,
    options: TimestampOptions = {},
  ): Promise<Blob> {
    return timestamp(this.actor, signature, ask, options, this.locale);
  }

  /**
   * Seals content of any size. Of each layer any one recipient opens it; the layers are sealed first to last, so that the
   * last one's recipients have to open theirs first.
   *
   * Rejects with `certificate-mismatch` (a certificate that is not for encryption) and others.
   *
   * @returns the sealed content, unless it went `into` a stream.
   */
  seal(content: Content, layers: readonly (readonly Recipient[])[], options: SealOptions = {}): Promise<Blob | undefined> {
    return seal(this.connected, content, layers, options);
  }

  /**
   * Opens the outermost layer with whichever plugged-in token can, one of an earlier certificate's keys too. The user enters
   * the PIN where need be.
   *
   * Rejects with `recipient-not-found` (`recipients` says whose token is missing), `content-corrupt` and others.
   */
  open(content: Content, options: OpenOptions = {}): Promise<Opened> {
    return open(this.connected, content, options);
  }

  /** Tells, without a PIN, whom the outermost layer is sealed to, and which of those keys are plugged in. */
  inspect(content: Content, options: CallOptions = {}): Promise<EnvelopeInspectResult> {
    return inspect(this.connected, content, options);
  }

  /**
   * Calls any method of the protocol. What hands data or an enrolment to a bridge that this site met first just now waits until the
   * user has compared a code, else it rejects with `identity-unconfirmed`. While the connection is down it makes one attempt to reconnect at once, and rejects
   * as `connect` does when that fails.
   */
  async call<M extends MethodName>(
    method: M,
    params: Methods[M]["params"],
    options: CallOptions = {},
  ): Promise<Methods[M]["result"]> {
    const connection = await this.link.connectedFor(method, options.signal);
    return connection.call(method, params, options);
  }

  /** Closes the connection for good. Logins stay to be taken over by the next page for a few seconds. */
  close(): void {
    this.link.end(undefined);
  }

  private lost(): void {
    this.dialogGone();
    this.emitter.emit("disconnected", undefined);
  }

  /** A dialog closes with the connection that it was opened for. */
  private dialogGone(): void {
    if (this.hasOverlookedDialog) this.dialogChanged({ overlooked: false });
  }

  private dialogChanged(dialog: DialogChanged): void {
    this.hasOverlookedDialog = dialog.overlooked;
    this.emitter.emit("dialogChanged", dialog);
  }

  private regained(): void {
    this.emitter.emit("reconnected", { resumed: this.resumed });
    if (this.tokenWatch.isWanted) this.inBackground(this.tokenWatch.start());
  }

  private notified(method: string, params: unknown): void {
    if (method === "progress") return this.emitter.emit("progress", params as Progress);
    if (method === "dialog.changed") return this.dialogChanged(params as DialogChanged);
    if (method === "tokens.changed") this.tokenWatch.changed(params as TokensChanged);
    if (method === "drivers.changed") this.tokenWatch.driverChanged((params as { driver: Driver }).driver);
  }

  private inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      const lost = UkeyError.is(error, "connection-lost") || UkeyError.is(error, "closed");
      if (UkeyError.is(error) && !lost) this.emitter.emit("error", error);
    });
  }
}
