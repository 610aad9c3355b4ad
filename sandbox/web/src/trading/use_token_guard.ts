// Watches the token of the login and tells when it is pulled out, also while the page was being loaded.
import { useEffect } from "preact/hooks";
import type { UkeyBridge } from "ukey-bridge";
import { isRemembered, rememberedToken } from "./remembered_token";

export function useTokenGuard(bridge: UkeyBridge | undefined, onGone: () => void): void {
  useEffect(() => {
    if (!bridge || !rememberedToken()) return;
    let stopped = false;
    const stop = bridge.on("tokenRemoved", (token) => isRemembered(token) && onGone());
    const look = async () => {
      const tokens = await bridge.tokens();
      if (!stopped && !tokens.some(isRemembered)) onGone();
    };
    // A bridge that is gone is shown beside the page, and says so when it comes back.
    look().catch(() => undefined);
    return () => {
      stopped = true;
      stop();
    };
  }, [bridge, onGone]);
}
