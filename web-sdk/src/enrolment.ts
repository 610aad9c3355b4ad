import type { Enrolment, EnrolmentAnswer, EnrolRequest, Token } from "./api.js";
import { type Actor, hideActor, idOf, withLogin } from "./actor.js";
import { holdsCertificate } from "./answer.js";
import type { CallOptions } from "./connection.js";
import { UkeyError } from "./errors.js";
import type {
  Certificate,
  Enrolment as EnrolmentData,
  EnrolmentBeginParams,
  EnrolmentBeginResult,
  EnrolmentCompleteParams,
  Progress,
  Token as TokenData,
  TokenId,
} from "./generated/protocol.js";
import { Patience } from "./patience.js";
import { childSignal } from "./race.js";
import { StepLog } from "./steps.js";

/** How long a lost connection may take to come back before `complete` gives up. */
const patienceMs = 30_000;

type Data = Omit<Enrolment, "steps" | "complete" | "abort">;

/** @internal What is known of it are members of it. */
export interface TokenEnrolment extends Data {}

/** @internal */
export class TokenEnrolment implements Enrolment {
  private declare readonly actor: () => Actor;
  private declare log: StepLog;

  private constructor(actor: Actor, data: EnrolmentData, token: Token | undefined, resumed: boolean) {
    const { id, kind, algorithm, state, csr = "", proof, tokenSerial, reference, started } = data;
    Object.assign(this, { id, kind, algorithm, state, csr, proof, token, tokenSerial, reference, started, resumed } satisfies Data);
    hideActor(this, actor);
    Object.defineProperty(this, "log", { value: new StepLog(), enumerable: false, writable: true });
  }

  /** @internal One that was pending before. */
  static pending(actor: Actor, data: EnrolmentData, token: Token | undefined): Enrolment {
    return new TokenEnrolment(actor, data, token, true);
  }

  /** @internal */
  static begun(actor: Actor, request: EnrolRequest, { enrolment, csr, proof, token }: EnrolmentBeginResult): Enrolment {
    const data: EnrolmentData = {
      id: enrolment,
      kind: request.kind,
      algorithm: request.algorithm,
      state: "waiting",
      csr,
      tokenSerial: token.serial,
      started: new Date().toISOString(),
      ...(proof !== undefined && { proof }),
      ...(request.reference !== undefined && { reference: request.reference }),
    };
    return new TokenEnrolment(actor, data, actor.tokenFrom(token), false);
  }

  steps(): AsyncIterableIterator<Progress> {
    return this.log.read();
  }

  async complete(answer: EnrolmentAnswer, options: CallOptions = {}): Promise<{ certificates: Certificate[] }> {
    const { log } = this;
    const stop = this.actor().on("progress", (step) => {
      if (step.operation === this.id) log.add(step);
    });
    try {
      return { certificates: await this.write(answer, options) };
    } catch (error) {
      this.log = new StepLog();
      throw error;
    } finally {
      stop();
      log.end();
    }
  }

  async abort(options: CallOptions = {}): Promise<void> {
    await this.loggedIn(() => this.actor().call("enrolment.abort", { enrolment: this.id }, options), options);
    this.log.end();
  }

  private async write(answer: EnrolmentAnswer, options: CallOptions): Promise<Certificate[]> {
    const params = completion(this.id, answer);
    // Then a connection that is gone may have brought the answer before, and the bridge may be at it, or be done.
    let mayBeUnderWay = this.resumed;
    let mayReconnect = true;
    const patience = new Patience(this.actor().random, this.log);
    for (;;) {
      try {
        return (await this.loggedIn(() => this.actor().call("enrolment.complete", params, options), options)).certificates;
      } catch (error) {
        if (UkeyError.is(error, "connection-lost") && mayReconnect) {
          mayReconnect = false;
          mayBeUnderWay = true;
          await this.reconnection(error, options);
        } else if (UkeyError.is(error, "busy") && mayBeUnderWay) {
          if (!(await patience.wait(options.signal))) throw error;
        } else if (UkeyError.is(error, "enrolment-not-found") && mayBeUnderWay) {
          return this.requireWritten(answer, error, options);
        } else {
          throw error;
        }
      }
    }
  }

  /** Fails with the error that the loss was, when it is for good. */
  private async reconnection(loss: UkeyError, { signal }: CallOptions): Promise<void> {
    const patience = childSignal(signal);
    const timer = setTimeout(patience.abort, patienceMs);
    try {
      await this.actor().whenConnected(patience.signal);
    } catch (error) {
      if (signal?.aborted || !patience.signal.aborted) throw error;
      throw loss;
    } finally {
      clearTimeout(timer);
      patience.abort();
    }
  }

  /** The bridge knows nothing of it any more: it is done, when what the RA sent is on the token. */
  private async requireWritten(answer: EnrolmentAnswer, error: UkeyError, options: CallOptions): Promise<Certificate[]> {
    const filter = this.token && { token: this.token.id };
    const listed = await this.actor().call("certificates.list", { ...filter }, options).catch((reason: unknown) => {
      throw UkeyError.is(reason) ? error : reason;
    });
    const written = listed.certificates.filter((one) => !one.history && holdsCertificate(answer, one));
    if (!written.some(({ usage }) => usage === "sign")) throw error;
    return written;
  }

  private loggedIn<T>(work: () => Promise<T>, options: CallOptions): Promise<T> {
    return withLogin(this.actor(), () => this.tokenId(options), work, options);
  }

  private async tokenId(options: CallOptions): Promise<TokenId | undefined> {
    if (this.token) return this.token.id;
    const { enrolments } = await this.actor().call("enrolment.list", {}, options);
    return enrolments.find(({ id }) => id === this.id)?.token;
  }
}

/** What the RA's server may send beside these does not concern the bridge, and it would refuse it. */
function completion(enrolment: string, answer: EnrolmentAnswer): EnrolmentCompleteParams {
  const { signCertificate, encryptCertificate, encryptionKey, chain } = answer;
  return {
    ...{ enrolment, signCertificate },
    ...(encryptCertificate !== undefined && { encryptCertificate }),
    ...(encryptionKey !== undefined && { encryptionKey }),
    ...(chain !== undefined && { chain }),
  };
}

/**
 * Picks up what is pending, or begins. While the bridge is still at what the page before a reload began, it is waited for.
 *
 * @internal
 */
export async function beginEnrolment(
  actor: Actor,
  token: Token,
  request: EnrolRequest,
  options: CallOptions,
): Promise<Enrolment> {
  const log = new StepLog();
  const stop = actor.on("progress", (step) => {
    if (step.operation === "enrolment.begin") log.add(step);
  });
  const patience = new Patience(actor.random, log);
  const work = async () => (await pickUp(actor, token, request, options)) ?? begin(actor, token, request, options);
  try {
    for (;;) {
      try {
        return await withLogin(actor, async () => token.id, work, options);
      } catch (error) {
        // Of a key that is being made for somebody else, it tells this page nothing.
        const isUnderWay = UkeyError.is(error, "busy") && log.count > 0;
        if (!isUnderWay || !(await patience.wait(options.signal))) throw error;
      }
    }
  } finally {
    stop();
  }
}

async function pickUp(actor: Actor, token: Token, request: EnrolRequest, options: CallOptions): Promise<Enrolment | undefined> {
  const { enrolments } = await actor.call("enrolment.list", {}, options);
  const pending = enrolments.find((one) => isThatOf(one, token, request));
  return pending && TokenEnrolment.pending(actor, pending, token);
}

async function begin(actor: Actor, token: Token, request: EnrolRequest, options: CallOptions): Promise<Enrolment> {
  const { kind, algorithm, keys, replaces, reference, subject } = request;
  const params: EnrolmentBeginParams = {
    token: token.id,
    ...{ kind, algorithm, keys },
    ...(replaces !== undefined && { replaces: idOf(replaces) }),
    ...(reference !== undefined && { reference }),
    ...(subject !== undefined && { subject }),
  };
  return TokenEnrolment.begun(actor, request, await actor.call("enrolment.begin", params, options));
}

/** One that is being rolled back has a request too, but is none to go on with: `prepared` is left to the bridge. */
function isThatOf(pending: EnrolmentData, token: TokenData, request: EnrolRequest): boolean {
  return (
    pending.token === token.id &&
    pending.kind === request.kind &&
    pending.algorithm === request.algorithm &&
    pending.reference === request.reference &&
    pending.state !== "prepared" &&
    pending.csr !== undefined
  );
}
