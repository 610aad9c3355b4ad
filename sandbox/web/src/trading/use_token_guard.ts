// Watches the token of the login and tells when it is pulled out, also while the page was being loaded.
import { useEffect, useRef } from "preact/hooks";
import type { UkeyBridge } from "ukey-bridge";
import { isRemembered, rememberedToken } from "./remembered_token";

export function useTokenGuard(bridge: UkeyBridge | undefined, onGone: () => void): void {
  const latest = useRef(onGone);
  latest.current = onGone;
  useEffect(() => {
    if (!bridge || !rememberedToken()) return;
    let stopped = false;
    const stop = bridge.on("tokenRemoved", (token) => isRemembered(token) && latest.current());
    const look = async () => {
      const tokens = await bridge.tokens();
      if (!stopped && !tokens.some(isRemembered)) latest.current();
    };
    // A bridge that is gone is shown beside the page, and says so when it comes back.
    look().catch(() => undefined);
    return () => {
      stopped = true;
      stop();
    };
  }, [bridge]);
}
