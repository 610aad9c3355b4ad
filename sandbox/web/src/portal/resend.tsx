// A code that is sent once more: when that is possible is counted down, also after a reload.
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../shared/http";
import { useLanguage } from "../shared/language";
import type { Action } from "../shared/use_loaded";

interface Props {
  /** What the pause is kept under, in this tab. */
  name: string;
  /** What a click does, e.g. "send another code". */
  what: string;
  action: Action;
  isDisabled?: boolean;
  send(): Promise<{ resendSeconds: number }>;
  onSent(): void;
  testId: string;
}

const keyOf = (name: string) => `portal.resend.${name}`;

export function ResendButton({ name, what, action, isDisabled = false, send, onSent, testId }: Props) {
  const { t } = useLanguage();
  const [seconds, wait] = useCountdown(keyOf(name));
  const click = () =>
    action.run(async () => {
      try {
        const { resendSeconds } = await send();
        wait(resendSeconds);
        onSent();
      } catch (error) {
        if (error instanceof ApiError && error.retryAfterSeconds) wait(error.retryAfterSeconds);
        throw error;
      }
    });
  const label = seconds > 120 ? t("resend.waitMinutes", { what, minutes: Math.ceil(seconds / 60) }) : t("resend.wait", { what, seconds });
  return (
    <button type="button" class="button-plain" data-testid={testId} data-wait={seconds} disabled={isDisabled || action.busy || seconds > 0} onClick={click}>
      {seconds > 0 ? label : what}
    </button>
  );
}

/** Whole seconds until the time that is kept under the key. */
function useCountdown(key: string): [number, (seconds: number) => void] {
  const [until, setUntil] = useState(() => Number(sessionStorage.getItem(key)) || 0);
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setTimeout(() => setNow(Date.now()), until - now - (left - 1) * 1000);
    return () => clearTimeout(timer);
  }, [left, until, now]);
  const wait = (seconds: number) => {
    const end = Date.now() + seconds * 1000;
    sessionStorage.setItem(key, String(end));
    setNow(Date.now());
    setUntil(end);
  };
  return [left, wait];
}
