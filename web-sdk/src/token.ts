import type { Enrolment, EnrolRequest, Token, VerifyPinOptions } from "./api.js";
import { type Actor, hideActor, verifyPin } from "./actor.js";
import type { CallOptions } from "./connection.js";
import { beginEnrolment } from "./enrolment.js";
import { errorFromAnswer } from "./errors.js";
import type { PinUnlockResult, Token as TokenData } from "./generated/protocol.js";

/** @internal What the bridge said of the token are members of it. */
export interface PluggedToken extends Readonly<TokenData> {}

/** @internal */
export class PluggedToken implements Token {
  private declare readonly actor: () => Actor;

  constructor(actor: Actor, data: TokenData) {
    Object.assign(this, data);
    hideActor(this, actor);
  }

  async verifyPin(options?: VerifyPinOptions): Promise<void> {
    await verifyPin(this.actor(), this.id, options);
  }

  async logout(options?: CallOptions): Promise<void> {
    await this.actor().call("pin.logout", { token: this.id }, options);
  }

  async changePin(options?: CallOptions): Promise<void> {
    await this.actor().call("pin.change", { token: this.id }, options);
  }

  async unlock(options?: CallOptions): Promise<void> {
    await this.actor().call("pin.unlock", { token: this.id, method: "local" }, options);
  }

  async requestUnlock(options?: CallOptions): Promise<string> {
    const params = { token: this.id, method: "remote" } as const;
    const { request }: PinUnlockResult = await this.actor().call("pin.unlock", params, options);
    if (request === undefined) throw errorFromAnswer({});
    return request;
  }

  async finishUnlock(response: string, options?: CallOptions): Promise<{ temporaryPin: boolean }> {
    const params = { token: this.id, method: "remote", response } as const;
    const { temporaryPin }: PinUnlockResult = await this.actor().call("pin.unlock", params, options);
    return { temporaryPin: temporaryPin === true };
  }

  enrol(request: EnrolRequest, options: CallOptions = {}): Promise<Enrolment> {
    return beginEnrolment(this.actor(), this, request, options);
  }
}
