// Small parts of the pages of both sites.
import type { ComponentChildren } from "preact";
import { FailureNotice, Icon, type IconName, Spinner } from "./components";
import type { TextKey } from "./catalogue";
import { failureOf } from "./failure";
import { useLanguage } from "./language";

export function Loading() {
  const { t } = useLanguage();
  return (
    <div class="empty" role="status">
      <Spinner />
      <p>{t("portal.loading")}</p>
    </div>
  );
}

/** Nothing while there is no error. */
export function Complaint({ title, error, children }: { title: TextKey; error: unknown; children?: ComponentChildren }) {
  const language = useLanguage();
  if (error === undefined) return null;
  return (
    <FailureNotice title={language.t(title)} failure={failureOf(error, language)}>
      {children}
    </FailureNotice>
  );
}

/** A box for what is done elsewhere in the real world (identity check, bank, courier), and here with one click. */
export function StandIn({ icon, title, text, children }: { icon: IconName; title: string; text: string; children?: ComponentChildren }) {
  const { t } = useLanguage();
  return (
    <section class="stand-in">
      <Icon name={icon} />
      <div class="stand-in-body">
        <p class="stand-in-title">
          {title}
          <span class="stand-in-mark">{t("standIn.mark")}</span>
        </p>
        <p>{text}</p>
        {children}
      </div>
    </section>
  );
}

/** Pairs of a name and a value. */
export function Facts({ rows }: { rows: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface FieldProps {
  label: string;
  hint?: string;
  value: string;
  onValue(value: string): void;
  testId: string;
  inputMode?: "numeric" | "tel" | "text";
  autoComplete?: string;
  maxLength?: number;
  pattern?: string;
  disabled?: boolean;
  children?: ComponentChildren;
}

/** A text field with its label; `children` stand beside it, e.g. a button. */
export function Field({ label, hint, value, onValue, testId, children, ...input }: FieldProps) {
  const id = `field-${testId}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-row">
        <input id={id} type="text" required value={value} data-testid={testId} {...input}
          aria-describedby={hint ? `${id}-hint` : undefined} onInput={(event) => onValue(event.currentTarget.value)} />
        {children}
      </div>
      {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  name: string;
  options: { value: T; title: string; text?: string }[];
  value: T;
  onValue(value: T): void;
}

/** Radio buttons as cards. */
export function Choice<T extends string>({ legend, name, options, value, onValue }: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="choice-options">
        {options.map((option) => (
          <label key={option.value} class={option.value === value ? "choice-card choice-chosen" : "choice-card"}>
            <input type="radio" name={name} value={option.value} checked={option.value === value} data-testid={`${name}-${option.value}`}
              onChange={() => onValue(option.value)} />
            <span class="choice-title">{option.title}</span>
            {option.text && <span class="choice-text">{option.text}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A whole number between 1 and `most`. */
export function Stepper({ label, value, most, onValue, testId }: { label: string; value: number; most: number; onValue(value: number): void; testId: string }) {
  const { t } = useLanguage();
  const step = (by: number) => onValue(Math.min(most, Math.max(1, value + by)));
  return (
    <div class="field stepper" role="group" aria-label={label}>
      <span class="field-label">{label}</span>
      <div class="stepper-row">
        <button type="button" aria-label={t("action.less")} disabled={value <= 1} onClick={() => step(-1)}>−</button>
        <output data-testid={testId}>{value}</output>
        <button type="button" aria-label={t("action.more")} data-testid={`${testId}-more`} disabled={value >= most} onClick={() => step(1)}>+</button>
      </div>
    </div>
  );
}
