// A document from draft to receipt: shown, signed by the token of the login, taken by the server once.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type UkeyBridge, UkeyError } from "ukey-bridge";
import { isCancel } from "../../shared/failure";
import { ApiError } from "../../shared/http";
import { biddingApi, type Draft, type Receipt } from "./api";
import { dropSubmission, keepSubmission, keptSubmission, type Place, type Submission } from "./kept_submission";

export type Signing =
  | { kind: "idle" }
  | { kind: "drafting" }
  | { kind: "shown"; draft: Draft }
  | { kind: "signing"; draft: Draft }
  | { kind: "sending" }
  | { kind: "cancelled" }
  | { kind: "failed"; error: unknown }
  /** Signed, and perhaps taken: the server did not answer. */
  | { kind: "unanswered"; error: unknown }
  | { kind: "received"; receipt: Receipt };

export interface SigningActions {
  state: Signing;
  show(draft: () => Promise<Draft>): void;
  sign(bridge: UkeyBridge, description: string): void;
  sendAgain(): void;
  reset(): void;
}

export function useSigning({ parcel, thumbprint }: Place, onReceived: () => void): SigningActions {
  const [state, setState] = useState<Signing>({ kind: "idle" });
  const busy = useRef(false);
  const latest = useRef(onReceived);
  latest.current = onReceived;

  /** One thing at a time: a second click finds the first at work. */
  const once = useCallback(async (work: () => Promise<void>) => {
    if (busy.current) return;
    busy.current = true;
    try {
      await work();
    } catch (error) {
      setState(isCancel(error) ? { kind: "cancelled" } : { kind: "failed", error });
    } finally {
      busy.current = false;
    }
  }, []);

  const send = useCallback(async ({ draft, signature }: Submission) => {
    setState({ kind: "sending" });
    try {
      const { receipt } = await biddingApi.submit(draft, signature);
      dropSubmission({ parcel, thumbprint });
      setState({ kind: "received", receipt });
      latest.current();
    } catch (error) {
      const isAnswer = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.code !== "login-required";
      if (!isAnswer) return setState({ kind: "unanswered", error });
      dropSubmission({ parcel, thumbprint });
      latest.current();
      throw error;
    }
  }, [parcel, thumbprint]);

  const sendAgain = useCallback(() => {
    const kept = keptSubmission({ parcel, thumbprint });
    if (kept) void once(() => send(kept));
  }, [parcel, thumbprint, once, send]);
  // What a page before this one signed and got no answer for.
  useEffect(sendAgain, [sendAgain]);

  const show = (draft: () => Promise<Draft>) =>
    void once(async () => {
      setState({ kind: "drafting" });
      setState({ kind: "shown", draft: await draft() });
    });
  const sign = (bridge: UkeyBridge, description: string) =>
    void once(async () => {
      if (state.kind !== "shown") return;
      const { draft } = state;
      setState({ kind: "signing", draft });
      const { signature } = await signWith(bridge, thumbprint, draft.document, description);
      const submission = { draft: draft.draft, signature };
      keepSubmission({ parcel, thumbprint }, submission);
      await send(submission);
    });
  return { state, show, sign, sendAgain, reset: () => setState({ kind: "idle" }) };
}

/** By the certificate of the login. A login on the token that has ended meanwhile is begun again. */
async function signWith(bridge: UkeyBridge, thumbprint: string, document: string, description: string) {
  const certificates = await bridge.certificates({ usage: "sign" });
  const certificate = certificates.find((one) => one.thumbprint.toLowerCase() === thumbprint.toLowerCase());
  if (!certificate) throw new ApiError("certificate-not-here", 0, { "zh-CN": "没有找到登录所用的证书，请插入登录时的 Ukey。", en: "The certificate of the login is not here. Plug in the Ukey that you logged in with." });
  try {
    return await bridge.signData(certificate, document, { description });
  } catch (error) {
    if (!UkeyError.is(error, "pin-required")) throw error;
    await bridge.call("pin.verify", { token: certificate.token });
    return bridge.signData(certificate, document, { description });
  }
}
