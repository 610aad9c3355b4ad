// The tokens that are plugged in and their signing certificates, kept up to date by events.
import { useEffect, useState } from "preact/hooks";
import type { Certificate, Token, UkeyBridge } from "ukey-bridge";

export interface TokenView {
  tokens: Token[];
  certificates: Certificate[];
}

/** `undefined` until they are known. */
export function useTokens(bridge: UkeyBridge | undefined): { view: TokenView | undefined; error: unknown } {
  const [view, setView] = useState<TokenView>();
  const [error, setError] = useState<unknown>();

  useEffect(() => {
    setView(undefined);
    setError(undefined);
    if (!bridge) return;
    let wanted = 0;
    const load = async () => {
      const mine = ++wanted;
      try {
        const [tokens, certificates] = await Promise.all([bridge.tokens(), bridge.certificates({ usage: "sign" })]);
        if (mine !== wanted) return; // A later event asked again.
        setView({ tokens: tokens.filter(isHeld), certificates });
        setError(undefined);
      } catch (reason) {
        if (mine === wanted) setError(reason);
      }
    };
    const stops = [
      bridge.on("tokenInserted", load),
      bridge.on("tokenRemoved", (removed) => {
        // At once, without a round trip: what is pulled cannot be chosen.
        setView((before) => before && without(before, removed.id));
        void load();
      }),
      bridge.on("tokenUpdated", load),
      bridge.on("reconnected", load),
    ];
    void load();
    return () => {
      wanted = -1;
      stops.forEach((stop) => stop());
    };
  }, [bridge]);

  return { view, error };
}

/** A slot of a PKCS#11 module with nothing in it but room is no token that anybody could hold. */
function isHeld({ state, serial }: Token): boolean {
  return state !== "blank" || serial !== "";
}

function without(view: TokenView, id: string): TokenView {
  return {
    tokens: view.tokens.filter((token) => token.id !== id),
    certificates: view.certificates.filter((certificate) => certificate.token !== id),
  };
}
