// Which token: its model from pictures, its serial number read by the token itself.
import { useState } from "preact/hooks";
import type { Enrolment, Token } from "ukey-bridge";
import { Icon, Notice } from "../../shared/components";
import { useLanguage } from "../../shared/language";
import type { TokenView } from "../../shared/use_tokens";
import type { HolderCertificate } from "../api";
import { Choice } from "../parts";
import { Link } from "../router";
import { isThat, type Keys, orderIn } from "./issue_on_token";
import { ModelPicker } from "./model_picker";
import { modelOf } from "./models";
import type { Task } from "./task";

interface Props {
  task: Task;
  view: TokenView;
  enrolments: Enrolment[];
  keys: Keys;
  onKeys(keys: Keys): void;
  onChosen(token: Token): void;
}

export function ChooseStep({ task, view, enrolments, keys, onKeys, onChosen }: Props) {
  const { t } = useLanguage();
  const { order } = task;
  const old = task.certificates.find(({ id }) => id === order.certificate);
  const sameToken = order.kind === "renew" || order.kind === "change";
  const problemOf = (token: Token) => tokenProblem(token, task, old, enrolments);
  // A slot of a PKCS#11 module with nothing in it but room is no token that anybody could hold.
  const tokens = view.tokens.filter(({ state, serial }) => state !== "blank" || serial !== "");
  const fitting = tokens.filter((token) => problemOf(token) === undefined);
  const [picked, setPicked] = useState<string>();
  const [pickedModel, setPickedModel] = useState<string>();
  const first = fitting[0] ?? tokens[0];
  const model = pickedModel ?? (first && modelOf(first));
  const shown = sameToken && fitting.length > 0 ? fitting : tokens.filter((token) => sameToken || modelOf(token) === model);
  const chosen = fitting.find(({ serial }) => serial === picked) ?? fitting.find((token) => shown.includes(token));
  const lacksOld = sameToken && chosen && old && !view.certificates.some((one) => one.token === chosen.id && isThat(one, old.serialNumber));

  return (
    <form class="sheet form" onSubmit={(event) => { event.preventDefault(); if (chosen && shown.includes(chosen)) onChosen(chosen); }}>
      {order.quantity > 1 && <p class="lead" data-testid="next-of">{t("wizard.nextOf", { next: order.issued + 1, quantity: order.quantity })}</p>}
      {sameToken ? (
        <p class="lead">{t("choose.sameToken", { serial: old?.tokenSerial ?? "" })}</p>
      ) : (
        <ModelPicker value={model} plugged={tokens.map(modelOf)} onValue={setPickedModel} />
      )}
      {shown.length === 0 && (
        <div class="plug-in" data-testid="plug-in" role="status">
          <Icon name="usb" />
          <p>{t(sameToken || tokens.length === 0 ? "choose.plugIn" : "choose.otherModel")}</p>
        </div>
      )}
      {shown.length > 0 && (
        <fieldset class="tokens">
          <legend>{t("choose.token")}</legend>
          {shown.map((token) => (
            <TokenCard key={token.id} token={token} chosen={token === chosen} problem={problemOf(token)} onChoose={() => setPicked(token.serial)} />
          ))}
        </fieldset>
      )}
      {lacksOld && <Notice tone="warn" testId="lacks-old"><p>{t("choose.lacksOld")}</p></Notice>}
      {sameToken && (
        <Choice legend={t("keys.legend")} name="keys" value={keys} onValue={onKeys} options={[
          { value: "new", title: t("keys.new"), text: t("keys.new.text") },
          { value: "keep", title: t("keys.keep"), text: t("keys.keep.text") },
        ]} />
      )}
      <button type="submit" class="button" data-testid="choose-token" disabled={!chosen || !shown.includes(chosen) || lacksOld === true}>{t("action.next")}</button>
    </form>
  );
}

type Problem = { text: "token.otherOrder"; order: number | undefined } | { text: "token.inUse" | "token.notOld" | "token.old" | "token.algorithm" | "token.locked" | "token.blank" | "token.unusable" };

/** Why the order cannot go on this token, as far as the page can tell; the server has the last word. */
function tokenProblem(token: Token, { order, certificates }: Task, old: HolderCertificate | undefined, enrolments: Enrolment[]): Problem | undefined {
  if (token.state === "unusable") return { text: "token.unusable" };
  if (token.state === "blank") return { text: "token.blank" };
  if (token.state === "locked" || token.pin.state === "locked") return { text: "token.locked" };
  if (!(token.algorithms as string[]).includes(order.algorithm)) return { text: "token.algorithm" };
  const other = enrolments.find((one) => one.tokenSerial === token.serial);
  if (other) return { text: "token.otherOrder", order: orderIn(other.reference) };
  if (order.kind === "renew" || order.kind === "change") return token.serial === old?.tokenSerial ? undefined : { text: "token.notOld" };
  if (order.kind === "reissue" && token.serial === old?.tokenSerial) return { text: "token.old" };
  const inUse = certificates.some(({ tokenSerial, state }) => tokenSerial === token.serial && (state === "active" || state === "expired"));
  return inUse ? { text: "token.inUse" } : undefined;
}

function TokenCard({ token, chosen, problem, onChoose }: { token: Token; chosen: boolean; problem: Problem | undefined; onChoose(): void }) {
  const { t } = useLanguage();
  return (
    <label class={`card${chosen ? " card-chosen" : ""}${problem ? " card-off" : ""}`} data-testid="token" data-serial={token.serial} data-label={token.label} data-problem={problem?.text}>
      <input type="radio" name="token" value={token.serial} checked={chosen} disabled={problem !== undefined} onChange={onChoose} />
      <span class="card-mark" aria-hidden="true"><Icon name="check" /></span>
      <span class="card-head">
        <strong class="card-holder">{token.label || token.model}</strong>
        {token.pin.state === "default" && <span class="tag">{t("token.fresh")}</span>}
      </span>
      <span class="card-row">
        <span class="card-key">{t("token.serial")}</span>
        <span><code class="serial-number">{token.serial}</code> <span class="card-serial">{t("token.readByItself")}</span></span>
      </span>
      {problem && (
        <span class="card-problem">
          {t(problem.text)}
          {problem.text === "token.otherOrder" && problem.order !== undefined && <Link to={`/orders/${problem.order}/issue`}>{t("orders.number", { id: problem.order })}</Link>}
        </span>
      )}
    </label>
  );
}

