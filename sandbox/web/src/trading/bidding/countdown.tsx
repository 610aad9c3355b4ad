// How long bids are taken still, by the server's clock.
import { useEffect, useState } from "preact/hooks";
import { useLanguage } from "../../shared/language";

export function Countdown({ deadline, now, onOver }: { deadline: string; now: string; onOver(): void }) {
  const { t } = useLanguage();
  const [ahead] = useState(() => Date.parse(now) - Date.now());
  const [left, setLeft] = useState(() => Date.parse(deadline) - Date.now() - ahead);
  useEffect(() => {
    if (left <= 0) return onOver();
    const timer = setTimeout(() => setLeft(Date.parse(deadline) - Date.now() - ahead), left % 1000 || 1000);
    return () => clearTimeout(timer);
  }, [left]);
  const seconds = Math.max(0, Math.floor(left / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return (
    <p class="countdown" role="timer" data-testid="countdown" data-seconds={seconds}>
      {t("bid.left")} <strong>{t("bid.leftValue", { days, time: `${two(hours)}:${two(minutes)}:${two(seconds % 60)}` })}</strong>
    </p>
  );
}
