// The login as steps: challenge from the server, PIN and signature through the bridge, check by the server.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Certificate, type UkeyBridge, UkeyError } from "ukey-bridge";
import { api, type User } from "./api";
import { isCancel } from "../shared/failure";

export type LoginStep = "challenge" | "pin" | "verify";

export type LoginState =
  | { kind: "idle" }
  | { kind: "running"; step: LoginStep }
  | { kind: "cancelled" }
  | { kind: "failed"; error: unknown };

export interface Login {
  state: LoginState;
  start(bridge: UkeyBridge, certificate: Certificate): void;
  cancel(): void;
  /** Forgets how the last attempt ended. */
  reset(): void;
  /** A token was plugged in: a complaint that one was missing is out of date. */
  plugged(): void;
}

export function useLogin(onLoggedIn: (user: User, certificate: Certificate) => void): Login {
  const [state, setState] = useState<LoginState>({ kind: "idle" });
  const running = useRef<AbortController | undefined>(undefined);
  const cancel = useCallback(() => running.current?.abort(), []);
  // Leaving the page closes the dialog.
  useEffect(() => cancel, [cancel]);

  const start = useCallback(
    async (bridge: UkeyBridge, certificate: Certificate) => {
      running.current?.abort();
      const abort = (running.current = new AbortController());
      const { signal } = abort;
      const step = (name: LoginStep) => setState({ kind: "running", step: name });
      try {
        step("challenge");
        const { challenge } = await api.challenge(signal);
        step("pin");
        const auth = await bridge.login(certificate, challenge, { signal });
        step("verify");
        const { user } = await api.login(auth, challenge, signal);
        setState({ kind: "idle" });
        onLoggedIn(user, certificate);
      } catch (error) {
        if (running.current !== abort) return;
        setState(isCancel(error) ? { kind: "cancelled" } : { kind: "failed", error });
      }
    },
    [onLoggedIn],
  );

  const reset = useCallback(() => setState((before) => (before.kind === "running" ? before : { kind: "idle" })), []);
  const plugged = useCallback(() => setState((before) => (before.kind === "failed" && isAbsence(before.error) ? { kind: "idle" } : before)), []);
  return { state, plugged, start: (bridge, certificate) => void start(bridge, certificate), cancel, reset };
}

function isAbsence(error: unknown): boolean {
  return UkeyError.is(error, "token-removed") || UkeyError.is(error, "token-not-found");
}
