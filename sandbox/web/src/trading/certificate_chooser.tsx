import type { ComponentChildren } from "preact";
import type { Certificate, Token, UkeyBridge } from "ukey-bridge";
import { ChangePin } from "../shared/change_pin";
import { Icon, Notice, Spinner } from "../shared/components";
import { needsUnlock } from "../shared/failure";
import { algorithmName, commonName, daysUntil, formatDate } from "../shared/format";
import { useLanguage } from "../shared/language";
import { OverlookedDialog } from "../shared/overlooked_dialog";
import { useChoice } from "../shared/use_choice";
import type { TokenView } from "../shared/use_tokens";
import { UnlockLink } from "./unlock_link";
import type { Login, LoginStep } from "./use_login";

interface Props {
  bridge: UkeyBridge;
  view: TokenView;
  login: Login;
  /** What went wrong, if something did. */
  children: ComponentChildren;
}

export function CertificateChooser({ bridge, view, login, children }: Props) {
  const { t } = useLanguage();
  const { state, start, cancel, reset } = login;
  const certificates = [...view.certificates].sort((a, b) => Number(isUsable(b)) - Number(isUsable(a)));
  const tokenOf = (certificate: Certificate) => view.tokens.find(({ id }) => id === certificate.token);
  // By what stays when the token is pulled and comes back.
  const nameOf = (certificate: Certificate) => `${tokenOf(certificate)?.serial ?? ""} ${certificate.thumbprint}`;
  const usable = certificates.filter(isUsable);
  const [chosenName, choose] = useChoice(usable.length === 1 ? nameOf(usable[0] as Certificate) : undefined, certificates.length > 0);
  const chosen = certificates.find((certificate) => nameOf(certificate) === chosenName);
  const token = chosen && tokenOf(chosen);
  const locked = token?.pin.state === "locked";
  const running = state.kind === "running";

  // While it runs, the others would only push the progress out of sight.
  const shown = running && chosen ? [chosen] : certificates;

  return (
    <form
      class="chooser"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen && !running) start(bridge, chosen);
      }}
    >
      <fieldset disabled={running}>
        <legend>{t("login.choose")}</legend>
        {shown.map((certificate) => (
          <CertificateCard
            key={certificate.id}
            certificate={certificate}
            token={tokenOf(certificate)}
            chosen={certificate === chosen}
            onChoose={() => {
              choose(nameOf(certificate));
              reset(); // A complaint about one certificate does not stand beside another.
            }}
          />
        ))}
      </fieldset>
      {children}
      {state.kind === "cancelled" && <Notice tone="info" testId="cancelled">{t("login.cancelled")}</Notice>}
      {running ? (
        <Progress step={state.step} onCancel={cancel} />
      ) : (
        <>
          {!chosen && <p class="field-hint" role="status" data-testid="none-chosen">{t("login.none")}</p>}
          <button type="submit" class="button button-wide" data-testid="login" disabled={!chosen || locked}>
            {t("login.submit")}
          </button>
          {token && (locked || (state.kind === "failed" && needsUnlock(state.error))) && <UnlockLink serial={token.serial} />}
          {token && !locked && <ChangePin key={token.serial} bridge={bridge} token={token} unlock={<UnlockLink serial={token.serial} />} />}
        </>
      )}
    </form>
  );
}

function CertificateCard({ certificate, token, chosen, onChoose }: {
  certificate: Certificate;
  token: Token | undefined;
  chosen: boolean;
  onChoose(): void;
}) {
  const { locale, t } = useLanguage();
  return (
    <label class={chosen ? "card card-chosen" : "card"} data-testid="certificate" data-serial={token?.serial} data-algorithm={certificate.algorithm}>
      <input type="radio" name="certificate" value={certificate.id} checked={chosen} onChange={onChoose} />
      <span class="card-mark" aria-hidden="true"><Icon name="check" /></span>
      <span class="card-head">
        <strong class="card-holder">{certificate.subjectText}</strong>
        <span class="tag">{algorithmName(certificate.algorithm)}</span>
        <ValidityTag certificate={certificate} />
      </span>
      <span class="card-row">
        <span class="card-key">{t("certificate.issuer")}</span>
        <span title={certificate.issuer}>{commonName(certificate.issuer)}</span>
      </span>
      <span class="card-row">
        <span class="card-key">{t("certificate.validity")}</span>
        <span>{t("certificate.range", { from: formatDate(certificate.notBefore, locale), to: formatDate(certificate.notAfter, locale) })}</span>
      </span>
      {token && (
        <span class="card-row">
          <span class="card-key">{t("certificate.token")}</span>
          <span class="card-token">
            {token.label || token.model}
            <span class="card-serial">{t("certificate.serial", { serial: token.serial })}</span>
          </span>
        </span>
      )}
      {token && token.pin.state !== "ok" && (
        <span class={token.pin.state === "default" ? "card-pin" : "card-pin card-pin-bad"} data-testid="pin-state" data-state={token.pin.state}>
          {t(`pin.${token.pin.state}`)}
        </span>
      )}
    </label>
  );
}

const soonDays = 60;

function ValidityTag({ certificate }: { certificate: Certificate }) {
  const { t } = useLanguage();
  const days = daysUntil(certificate.notAfter);
  if (daysUntil(certificate.notBefore) >= 0) return <span class="tag tag-bad">{t("certificate.notYet")}</span>;
  if (days < 0) return <span class="tag tag-bad">{t("certificate.expired")}</span>;
  if (days <= soonDays) return <span class="tag tag-warn">{t("certificate.expiring", { days })}</span>;
  return null;
}

function isUsable({ notBefore, notAfter }: Certificate): boolean {
  return daysUntil(notBefore) < 0 && daysUntil(notAfter) >= 0;
}

function Progress({ step, onCancel }: { step: LoginStep; onCancel(): void }) {
  const { t } = useLanguage();
  return (
    <div class="progress" role="status" data-testid="progress" data-step={step}>
      <Spinner />
      <div class="progress-text">
        <p>{t(`login.step.${step}`)}</p>
        {step === "pin" && <p class="progress-hint">{t("login.step.pin.hint")}</p>}
        <OverlookedDialog />
      </div>
      <button type="button" class="button-plain" data-testid="cancel" onClick={onCancel}>
        {t("action.cancel")}
      </button>
    </div>
  );
}
