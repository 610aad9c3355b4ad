// Sealed tenders: the JSON API.
import { getOctets, request, sendOctets } from "../../shared/http";
import type { Parcel } from "../api";
import type { Draft } from "../bidding/api";

export type Layer = "sealed" | "inner" | "content";

export interface TenderFile {
  id: number;
  name: string;
  size: number;
  sha256: string;
  innerSha256: string;
  sealedSha256: string;
  state: "sealed" | "inner" | "opened";
}

export interface Tender {
  /** Number of the bidder at this parcel. */
  bidder: number;
  name: string;
  mine: boolean;
  received: string;
  files: TenderFile[];
}

export interface Tenderer {
  name: string;
  /** For encryption, PEM. */
  certificate: string;
  mine: boolean;
}

export interface Notice {
  document: string;
  /** The tenderer's over `document`, base64url. */
  signature: string;
  /** The tenderer's, PEM. */
  certificate: string;
}

export interface Contender {
  bidder: number;
  name: string;
  amountYuan: number;
}

export interface TenderStanding {
  parcel: Parcel;
  tenderer?: Tenderer;
  count: number;
  tenders: Tender[];
  contenders: Contender[];
  notice?: Notice;
  now: string;
}

/** A file that was sealed and uploaded. */
export interface SealedFile {
  upload: string;
  name: string;
  size: number;
  sha256: string;
  innerSha256: string;
  sealedSha256: string;
}

const post = <T>(path: string, body: unknown, signal?: AbortSignal) => request<T>("POST", path, body, signal);

export const tenderApi = {
  tenderer: () => request<{ tenderer: Tenderer | null }>("GET", "/api/tenderer"),
  register: (certificate: string) => post<{ tenderer: Tenderer }>("/api/tenderer", { certificate }),
  close: (parcel: number) => post<TenderStanding>("/api/tenderer/close", { parcel }),
  standing: (parcel: number) => request<TenderStanding>("GET", `/api/tendering?parcel=${parcel}`),
  beginUpload: (signal: AbortSignal) => post<{ upload: string }>("/api/uploads", {}, signal),
  append: (upload: string, from: number, octets: Blob, signal: AbortSignal) => sendOctets<{ received: number }>(`/api/uploads/${upload}?from=${from}`, octets, signal),
  draft: (parcel: number, certificate: string, files: SealedFile[]) => post<Draft>("/api/tenders", { parcel, certificate, files }),
  withdraw: (parcel: number) => post<TenderStanding>("/api/tenders/withdraw", { parcel }),
  read: (file: number, layer: Layer, from: number, signal: AbortSignal) => getOctets(`/api/tender-files/${file}?layer=${layer}&from=${from}`, signal),
  opened: (file: number, upload: string, signal: AbortSignal) => post<unknown>(`/api/tender-files/${file}`, { upload }, signal),
  draftNotice: (parcel: number, bidder: number) => post<Draft>("/api/notices", { parcel, bidder }),
};
