// The page's connection to Ukey Bridge as state: connected when that needs no question of the browser, else on a click.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Scope, UkeyBridge, UkeyError } from "ukey-bridge";
import type { Locale } from "./locale";
import { dialogChanged } from "./overlooked_dialog";

export type BridgeState =
  | { kind: "unknown" }
  /** The browser would ask the user, so a click has to come first. */
  | { kind: "click-needed" }
  | { kind: "connecting"; prompting: boolean }
  | { kind: "failed"; error: unknown }
  | { kind: "connected"; bridge: UkeyBridge; online: boolean };

/** What a site needs of the bridge; give the same object every time. */
export interface BridgeNeeds {
  scopes: Scope[];
  client: { name: string; version: string };
}

export function useBridge(locale: Locale, { scopes, client }: BridgeNeeds): { state: BridgeState; connect(): void } {
  const [state, setState] = useState<BridgeState>({ kind: "unknown" });
  const current = useRef<{ abort: AbortController; bridge?: UkeyBridge } | undefined>(undefined);

  const disconnect = useCallback(() => {
    current.current?.abort.abort();
    current.current?.bridge?.close();
    current.current = undefined;
  }, []);

  const connect = useCallback(async () => {
    disconnect();
    const mine: { abort: AbortController; bridge?: UkeyBridge } = { abort: new AbortController() };
    current.current = mine;
    setState({ kind: "connecting", prompting: false });
    try {
      const bridge = await UkeyBridge.connect({
        scopes,
        locale,
        client,
        signal: mine.abort.signal,
        onDialogChanged: dialogChanged,
        onPermissionPrompt: () => current.current === mine && setState({ kind: "connecting", prompting: true }),
      });
      if (current.current !== mine) return bridge.close();
      mine.bridge = bridge;
      bridge.on("disconnected", () => setState({ kind: "connected", bridge, online: false }));
      bridge.on("reconnected", () => setState({ kind: "connected", bridge, online: true }));
      bridge.on("closed", ({ error }) => error && setState({ kind: "failed", error }));
      bridge.on("error", (error) => setState({ kind: "failed", error }));
      setState({ kind: "connected", bridge, online: true });
    } catch (error) {
      if (current.current === mine) setState({ kind: "failed", error });
    }
  }, [locale, scopes, client, disconnect]);

  // At the start, and again in the other language after a switch; the login moves over to the new connection.
  useEffect(() => {
    let gone = false;
    const start = async () => {
      const permission = await UkeyBridge.permission();
      if (gone) return;
      if (permission === "granted" || permission === "ungated") void connect();
      else setState({ kind: "click-needed" });
    };
    void start();
    return () => {
      gone = true;
      disconnect();
    };
  }, [connect, disconnect]);

  return { state, connect: () => void connect() };
}

/** Whether another click could help. */
export function isRetryable(error: unknown): boolean {
  return !(error instanceof UkeyError) || error.retryable || error.code === "origin-denied";
}
