// The line that sends the user to a window of Ukey Bridge that he may have overlooked; it stands wherever a page waits for one.
import { useEffect, useState } from "preact/hooks";
import type { DialogChanged } from "ukey-bridge";

type Listener = (text: string | undefined) => void;

let current: string | undefined;
const listeners = new Set<Listener>();

export function dialogChanged({ overlooked, text }: DialogChanged): void {
  current = overlooked ? text : undefined;
  listeners.forEach((listener) => listener(current));
}

/** Within what is read out when it changes. */
export function OverlookedDialog() {
  const [text, setText] = useState(current);
  useEffect(() => {
    listeners.add(setText);
    setText(current);
    return () => void listeners.delete(setText);
  }, []);
  return text === undefined ? null : (
    <p class="overlooked-dialog" data-testid="overlooked-dialog">
      {text}
    </p>
  );
}
