// What the user typed for an order, kept in this tab so that a reload does not ask for it again.
import type { Keys } from "./issue_on_token";

interface Remembered {
  code: string;
  keys: Keys;
}

const keyOf = (order: number) => `portal.wizard.${order}`;

export function remember(order: number, remembered: Remembered): void {
  sessionStorage.setItem(keyOf(order), JSON.stringify(remembered));
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
