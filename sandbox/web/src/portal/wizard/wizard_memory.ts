// What the user chose and typed for an order, kept in this tab: a reload, or a login that had ended, leads back to the same step.
import type { Keys } from "./issue_on_token";

interface Remembered {
  /** Serial number of the token. */
  serial?: string | undefined;
  code: string;
  keys: Keys;
}

const keyOf = (order: number) => `portal.wizard.${order}`;

export function remember(order: number, news: Partial<Remembered>): void {
  sessionStorage.setItem(keyOf(order), JSON.stringify({ ...remembered(order), ...news }));
}

export function remembered(order: number): Remembered {
  const nothing: Remembered = { code: "", keys: "new" };
  try {
    return { ...nothing, ...(JSON.parse(sessionStorage.getItem(keyOf(order)) ?? "{}") as Partial<Remembered>) };
  } catch {
    return nothing;
  }
}

export function forget(order: number): void {
  sessionStorage.removeItem(keyOf(order));
}
