import { useLanguage } from "../../shared/language";

export const wizardSteps = ["choose", "code", "request", "import", "done"] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** Where the user is on the way. */
export function StepsBar({ now }: { now: WizardStep }) {
  const { t } = useLanguage();
  const at = wizardSteps.indexOf(now);
  return (
    <ol class="track track-wizard" data-testid="steps" data-step={now}>
      {wizardSteps.map((step, index) => (
        <li key={step} class={index < at || now === "done" ? "track-past" : index === at ? "track-now" : ""} aria-current={index === at ? "step" : undefined}>
          {t(`steps.${step}`)}
        </li>
      ))}
    </ol>
  );
}
