import { Icon } from "../../shared/components";
import { useLanguage } from "../../shared/language";
import { models, otherModel } from "../../shared/models";

interface Props {
  value: string | undefined;
  /** Models that are plugged in. */
  plugged: string[];
  onValue(model: string): void;
}

/** Models by their pictures. */
export function ModelPicker({ value, plugged, onValue }: Props) {
  const { locale, t } = useLanguage();
  const card = (id: string, picture: string, name: string, maker: string) => (
    <label key={id} class={id === value ? "model model-chosen" : "model"} data-testid="model" data-model={id}>
      <input type="radio" name="model" value={id} checked={id === value} onChange={() => onValue(id)} />
      {picture ? <img src={picture} alt="" width="80" height="48" /> : <Icon name="usb" />}
      <span class="model-name">{name}</span>
      <span class="model-maker">{maker}</span>
      {plugged.includes(id) && <span class="model-plugged">{t("model.plugged")}</span>}
    </label>
  );
  return (
    <fieldset class="models" data-testid="models">
      <legend>{t("model.legend")}</legend>
      <div class="models-grid">
        {models.map(({ id, picture, name, maker }) => card(id, picture, name, maker[locale]))}
        {card(otherModel, "", t("model.other"), t("model.other.text"))}
      </div>
    </fieldset>
  );
}
