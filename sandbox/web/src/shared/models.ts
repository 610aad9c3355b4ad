// The table of token models that the bridge uses: pictures to choose from, and the PIN that a maker sets.
import type { Token } from "ukey-bridge";
import table from "@models/models.json";
import type { Bilingual } from "./locale";

export interface Model {
  id: string;
  maker: Bilingual;
  name: string;
  picture: string;
  /** The PIN that its maker sets, where the table knows it. */
  initialPin?: string | undefined;
}

const pictures = import.meta.glob<string>("../../../../tokenlib/models/pictures/*.svg", { eager: true, query: "?url", import: "default" });

function pictureUrl(file: string): string {
  return Object.entries(pictures).find(([path]) => path.endsWith(`/${file}`))?.[1] ?? "";
}

export const models: Model[] = (table.models as Model[]).map(({ id, maker, name, picture, initialPin }) => ({ id, maker, name, picture: pictureUrl(picture), initialPin }));

/** For tokens that the table does not know, e.g. of PKCS#11 modules. */
export const otherModel = "other";

function rowOf(token: Token): Model | undefined {
  return models.find(({ name }) => token.model.toLowerCase().includes(name.toLowerCase()));
}

/** Id of the token's model. */
export function modelOf(token: Token): string {
  return rowOf(token)?.id ?? otherModel;
}

/** The PIN that the maker of the token sets; undefined where that is not known. */
export function initialPinOf(token: Token): string | undefined {
  return rowOf(token)?.initialPin;
}
