// What the user chose among things that come and go.
import { useEffect, useState } from "preact/hooks";

/**
 * The choice changes by the user's hand alone: `preselected` counts once, when there is first something to choose from; what
 * comes or goes afterwards changes nothing, and what was chosen and is gone is still chosen when it comes back.
 */
export function useChoice(preselected: string | undefined, isReady: boolean): [string | undefined, (choice: string) => void] {
  const [choice, setChoice] = useState<{ made: false } | { made: true; value: string | undefined }>({ made: false });
  useEffect(() => {
    if (!choice.made && isReady) setChoice({ made: true, value: preselected });
  }, [choice.made, isReady, preselected]);
  return [choice.made ? choice.value : preselected, (value) => setChoice({ made: true, value })];
}
