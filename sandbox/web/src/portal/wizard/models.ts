// The table of token models that the bridge uses, for pictures to choose from.
import type { Token } from "ukey-bridge";
import table from "@models/models.json";
import type { Bilingual } from "../../shared/catalogue";

export interface Model {
  id: string;
  maker: Bilingual;
  name: string;
  picture: string;
}

const pictures = import.meta.glob<string>("../../../../../tokenlib/models/pictures/*.svg", { eager: true, query: "?url", import: "default" });

function pictureUrl(file: string): string {
  return Object.entries(pictures).find(([path]) => path.endsWith(`/${file}`))?.[1] ?? "";
}

export const models: Model[] = table.models.map(({ id, maker, name, picture }) => ({ id, maker, name, picture: pictureUrl(picture) }));

/** For tokens that the table does not know, e.g. of PKCS#11 modules. */
export const otherModel = "other";

/** Id of the token's model. */
export function modelOf(token: Token): string {
  const known = models.find(({ name }) => token.model.toLowerCase().includes(name.toLowerCase()));
  return known?.id ?? otherModel;
}
