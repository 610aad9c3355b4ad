// Which token: its model from pictures, its serial number read by the token itself.
import { useState } from "preact/hooks";
import type { Enrolment, Token } from "ukey-bridge";
import { Icon, Notice, StepHeading } from "../../shared/components";
import { formatDate } from "../../shared/format";
import { useLanguage } from "../../shared/language";
import { modelOf } from "../../shared/models";
import { useChoice } from "../../shared/use_choice";
import type { TokenView } from "../../shared/use_tokens";
import { Choice } from "../../shared/parts";
import { unlockAddress } from "../router";
import { Link } from "../../shared/router";
import { isThat, type Keys } from "./issue_on_token";
import { ModelPicker } from "./model_picker";
import type { Task } from "./task";
import { type Holding, holdingsOf, mayHoldMore, type Problem, tokenProblem } from "./token_choice";

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
  const { tokens } = view;
  const fitting = tokens.filter((token) => problemOf(token) === undefined);
  const holdings = (token: Token) => holdingsOf(token, view.certificates);
  // What somebody has a certificate on is taken by the user's hand alone.
  const isFree = (token: Token) => holdings(token).length === 0 && !mayHoldMore(token);
  const preselected = sameToken ? fitting[0] : fitting.find(isFree);
  const [picked, pick] = useChoice(preselected?.serial, tokens.length > 0);
  const [agreedTo, setAgreedTo] = useState<string>();
  const [wantsPictures, setWantsPictures] = useState(false);
  const [model, setModel] = useState<string>();
  const showsPictures = !sameToken && (tokens.length === 0 || wantsPictures);
  const ofTheModel = showsPictures && model ? tokens.filter((token) => modelOf(token) === model) : tokens;
  const shown = sameToken && fitting.length > 0 ? fitting : ofTheModel;
  const chosen = fitting.find((token) => token.serial === picked && shown.includes(token));
  const lacksOld = sameToken && chosen && old && !view.certificates.some((one) => one.token === chosen.id && isThat(one, old.serialNumber));
  const takenBy = !sameToken && chosen ? holdings(chosen).find(({ isInForce }) => isInForce) : undefined;
  const isAgreed = takenBy === undefined || agreedTo === chosen?.serial;
  const mayGoOn = chosen !== undefined && isAgreed && lacksOld !== true;

  return (
    <form class="sheet form" onSubmit={(event) => { event.preventDefault(); if (mayGoOn) onChosen(chosen); }}>
      <StepHeading>{t("choose.heading")}</StepHeading>
      {order.quantity > 1 && <p class="lead" data-testid="next-of">{t("wizard.nextOf", { next: order.issued + 1, quantity: order.quantity })}</p>}
      {sameToken && <p class="lead">{t("choose.sameToken", { serial: old?.tokenSerial ?? "" })}</p>}
      {!sameToken && !showsPictures && (
        <button type="button" class="button-plain" data-testid="show-models" onClick={() => setWantsPictures(true)}>{t("choose.models")}</button>
      )}
      {showsPictures && <ModelPicker value={model} plugged={tokens.map(modelOf)} onValue={setModel} />}
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
            <TokenCard key={token.id} token={token} holdings={holdings(token)} chosen={token === chosen} problem={problemOf(token)} onChoose={() => pick(token.serial)} />
          ))}
        </fieldset>
      )}
      {lacksOld && <Notice tone="warn" testId="lacks-old"><p>{t("choose.lacksOld")}</p></Notice>}
      {takenBy && (
        <Notice tone="warn" testId="taken">
          <p>{t("token.taken", { name: takenBy.name })}</p>
          <label class="understood">
            <input type="checkbox" data-testid="take-it" checked={isAgreed} onChange={(event) => setAgreedTo(event.currentTarget.checked ? chosen?.serial : undefined)} />
            {t("token.taken.agree")}
          </label>
        </Notice>
      )}
      {sameToken && (
        <Choice legend={t("keys.legend")} name="keys" value={keys} onValue={onKeys} options={[
          { value: "new", title: t("keys.new"), text: t("keys.new.text") },
          { value: "keep", title: t("keys.keep"), text: t("keys.keep.text") },
        ]} />
      )}
      {sameToken && chosen && keys === "new" && <RoomFor token={chosen} />}
      <button type="submit" class="button" data-testid="choose-token" disabled={!mayGoOn}>{t("action.next")}</button>
    </form>
  );
}

/** Whether the old encryption key, on which old files depend, can stay beside the new one. */
function RoomFor({ token: { room } }: { token: Token }) {
  const { t } = useLanguage();
  const text = room === undefined ? t("room.unknown") : room === 0 ? t("room.none") : t("room.some", { count: room });
  return (
    <div data-testid="room" data-room={room}>
      <Notice tone={room === 0 ? "warn" : "info"}><p>{text}</p></Notice>
    </div>
  );
}

interface CardProps {
  token: Token;
  holdings: Holding[];
  chosen: boolean;
  problem: Problem | undefined;
  onChoose(): void;
}

function TokenCard({ token, holdings, chosen, problem, onChoose }: CardProps) {
  const { locale, t } = useLanguage();
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
      <span class="card-row" data-testid="holders">
        <span class="card-key">{t("token.holder")}</span>
        <span>
          {holdings.length === 0 && !mayHoldMore(token) && t("token.holder.none")}
          {holdings.map(({ name, notAfter }) => <span key={`${name} ${notAfter}`} class="card-holding">{t("token.holder.value", { name, date: formatDate(notAfter, locale) })}</span>)}
          {mayHoldMore(token) && <span class="card-holding">{t("token.holder.more")}</span>}
        </span>
      </span>
      {problem && (
        <span class="card-problem">
          {t(problem.text)}
          {problem.text === "token.locked" && <Link to={unlockAddress(token.serial)} testId="unlock-it">{t("token.unlock")}</Link>}
          {problem.text === "token.otherOrder" && problem.order !== undefined && <Link to={`/orders/${problem.order}/issue`}>{t("orders.number", { id: problem.order })}</Link>}
        </span>
      )}
    </label>
  );
}

