// Which token this browser logged in with, so that after a reload, and in every tab, its removal still logs out.
import type { Token } from "ukey-bridge";

interface Remembered {
  driver: string;
  serial: string;
}

const storageKey = "trading.token";

export function rememberToken({ driver, serial }: Token): void {
  localStorage.setItem(storageKey, JSON.stringify({ driver, serial } satisfies Remembered));
}

export function forgetToken(): void {
  localStorage.removeItem(storageKey);
}

export function rememberedToken(): Remembered | undefined {
  try {
    return (JSON.parse(localStorage.getItem(storageKey) ?? "null") as Remembered | null) ?? undefined;
  } catch {
    return undefined;
  }
}

export function isRemembered(token: Token): boolean {
  const remembered = rememberedToken();
  return remembered !== undefined && remembered.driver === token.driver && remembered.serial === token.serial;
}

/** Calls back when another tab logged in or out. */
export function onForgottenElsewhere(callback: () => void): () => void {
  const listener = (event: StorageEvent) => event.key === storageKey && callback();
  window.addEventListener("storage", listener);
  return () => window.removeEventListener("storage", listener);
}
