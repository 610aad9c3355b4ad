// The JSON API of the trading site.
import type { AuthSignResult } from "ukey-bridge";
import type { Bilingual } from "../shared/locale";
import { request } from "../shared/http";

export interface User {
  name: string;
  subjectText: string;
  algorithm: string;
  /** Of the certificate of the login, SHA-256. */
  thumbprint: string;
}

export interface Parcel {
  id: number;
  number: string;
  location: Bilingual;
  areaSquareMetres: number;
  use: Bilingual;
  startPriceYuan: number;
  depositYuan: number;
  deadline: string;
  status: "announced" | "listing" | "closed";
}

export const api = {
  session: () => request<{ user?: User }>("GET", "/api/session"),
  challenge: (signal: AbortSignal) => request<{ challenge: string }>("POST", "/api/login/challenge", {}, signal),
  login: (auth: AuthSignResult, challenge: string, signal: AbortSignal) =>
    request<{ user: User }>("POST", "/api/login", { auth, challenge }, signal),
  logout: () => request<unknown>("POST", "/api/logout"),
  links: () => request<{ portal: string }>("GET", "/api/links"),
  parcels: () => request<{ parcels: Parcel[] }>("GET", "/api/parcels"),
};
