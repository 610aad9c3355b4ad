// 竞买: the JSON API.
import { request } from "../../shared/http";
import type { Parcel } from "../api";

export interface Application {
  /** The bidder's number at this parcel; bids are listed by it. */
  number: number;
  contact: string;
  phone: string;
  depositPaid: boolean;
  submitted: string;
}

export interface Bid {
  round: number;
  amountYuan: number;
  bidder: number;
  mine: boolean;
  received: string;
}

export interface Standing {
  parcel: Parcel;
  application?: Application;
  bids: Bid[];
  stepYuan: number;
  lowestYuan: number;
  /** The server's clock. */
  now: string;
}

/** What is shown and signed. */
export interface Draft {
  draft: string;
  document: string;
}

/** The trading centre's word, signed, that it has what was sent. */
export interface Receipt {
  document: string;
  signature: string;
  certificate: string;
}

const post = <T>(path: string, body: unknown, signal?: AbortSignal) => request<T>("POST", path, body, signal);

export const biddingApi = {
  standing: (parcel: number) => request<Standing>("GET", `/api/bidding?parcel=${parcel}`),
  draftApplication: (parcel: number, contact: string, phone: string) => post<Draft>("/api/applications", { parcel, contact, phone }),
  payDeposit: (parcel: number) => post<Standing>("/api/deposits", { parcel }),
  draftBid: (parcel: number, amountYuan: number) => post<Draft>("/api/bids", { parcel, amountYuan }),
  submit: (draft: string, signature: string) => post<{ receipt: Receipt }>("/api/submissions", { draft, signature }),
};
