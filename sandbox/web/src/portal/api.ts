// The JSON API of the portal (sandbox/API.md).
import type { EncryptionKey } from "ukey-bridge";
import type { Bilingual } from "../shared/locale";
import { request } from "../shared/http";

export type AccountKind = "person" | "organisation";
export type OrderKind = "issue" | "renew" | "change" | "reissue";
export type OrderState = "unpaid" | "in-review" | "ready" | "done" | "cancelled" | "rejected";
export type CertificateState = "active" | "expired" | "superseded" | "revoked";
export type Algorithm = "sm2" | "rsa2048" | "rsa3072" | "p256";

export interface Account {
  id: number;
  kind: AccountKind;
  name: string;
  phone: string;
  identified: boolean;
}

/** Certificates that were issued for a token, and of which nobody has said that they are on it. */
export interface PendingIssue {
  issue: number;
  tokenSerial: string;
  serialNumber: string;
}

export interface Order {
  id: number;
  kind: OrderKind;
  algorithm: Algorithm;
  quantity: number;
  years: number;
  certificate?: number;
  newName?: string;
  state: OrderState;
  note?: string;
  created: string;
  paid?: string;
  issued: number;
  priceYuan: number;
  received: boolean;
  /** When its certificates end, if they are issued now; while there is something to issue. */
  notAfter?: string;
  pending: PendingIssue[];
}

export interface ClerkOrder extends Omit<Order, "pending"> {
  account?: Account;
}

export interface HolderCertificate {
  id: number;
  order: number;
  tokenSerial: string;
  algorithm: Algorithm;
  name: string;
  serialNumber: string;
  encryptSerialNumber?: string;
  notBefore: string;
  notAfter: string;
  state: CertificateState;
  renewable: boolean;
  changeable: boolean;
  /** When it would end after a renewal by 1, 2, … years; of those in force. */
  renewals?: string[];
}

/** A code was sent; when the next one may be. */
export interface CodeSent {
  resendSeconds: number;
}

export interface Unlock {
  id: number;
  certificate: number;
  tokenSerial: string;
  state: "unverified" | "in-review" | "approved" | "answered" | "rejected";
  note?: string;
  created: string;
  decided?: string;
}

export interface ClerkUnlock extends Unlock {
  account?: Account;
}

export interface Message {
  phone: string;
  text: Bilingual;
  sent: string;
}

export interface Offer {
  tokenPriceYuan: number;
  yearPriceYuan: number;
  changePriceYuan: number;
  maxQuantity: number;
  maxYears: number;
  renewalDays: number;
  algorithms: Algorithm[];
}

export interface Registration {
  kind: AccountKind;
  name: string;
  identityNumber: string;
  phone: string;
  code: string;
}

export type NewOrder =
  | { kind: "issue"; algorithm: Algorithm; quantity: number; years: number }
  | { kind: "renew"; certificate: number; years: number }
  | { kind: "change"; certificate: number; newName: string }
  | { kind: "reissue"; certificate: number };

export interface IssueRequest {
  code: string;
  tokenSerial: string;
  csr: string;
  proof?: string;
  single?: boolean;
}

/** All but `issue` goes to `enrolment.complete` as it is. */
export interface IssueAnswer {
  issue: number;
  signCertificate: string;
  encryptCertificate?: string;
  encryptionKey?: EncryptionKey;
  chain: string[];
}

const get = <T>(path: string) => request<T>("GET", path);
const post = <T>(path: string, body?: unknown, signal?: AbortSignal) => request<T>("POST", path, body, signal);
const postOrder = (id: number, action: string, body?: unknown) => post<{ order: Order }>(`/api/orders/${id}/${action}`, body);

export const api = {
  session: () => get<{ account?: Account }>("/api/session"),
  sendVerification: (phone: string) => post<CodeSent>("/api/verification", { phone }),
  register: (registration: Registration) => post<{ account: Account }>("/api/register", registration),
  login: (phone: string, code: string) => post<{ account: Account }>("/api/login", { phone, code }),
  logout: () => post("/api/logout"),
  identify: () => post<{ account: Account }>("/api/account/identity"),
  offer: () => get<{ offer: Offer }>("/api/offer"),
  outbox: () => get<{ messages: Message[] }>("/api/outbox"),

  certificates: () => get<{ certificates: HolderCertificate[] }>("/api/certificates"),
  orders: () => get<{ orders: Order[] }>("/api/orders"),
  order: (id: number) => get<{ order: Order }>(`/api/orders/${id}`),
  place: (order: NewOrder) => post<{ order: Order }>("/api/orders", order),
  pay: (id: number) => postOrder(id, "pay"),
  receive: (id: number) => postOrder(id, "receive"),
  cancel: (id: number) => postOrder(id, "cancel"),
  sendCode: (id: number) => post<CodeSent>(`/api/orders/${id}/code`),
  check: (id: number, code: string, tokenSerial: string, signal: AbortSignal) =>
    post(`/api/orders/${id}/check`, { code, tokenSerial }, signal),
  issue: (id: number, asked: IssueRequest, signal: AbortSignal) => post<IssueAnswer>(`/api/orders/${id}/issue`, asked, signal),
  confirm: (id: number, issue: number) => postOrder(id, "confirm", { issue }),
  withdraw: (id: number, issue: number) => postOrder(id, "withdraw", { issue }),

  unlocks: () => get<{ unlocks: Unlock[] }>("/api/unlocks"),
  askUnlock: (certificate: number) => post<{ unlock: Unlock }>("/api/unlocks", { certificate }),
  sendUnlockCode: (id: number) => post<CodeSent>(`/api/unlocks/${id}/code`),
  verifyUnlock: (id: number, code: string) => post<{ unlock: Unlock }>(`/api/unlocks/${id}/verify`, { code }),
  answerUnlock: (id: number, asked: string) => post<{ response: string }>(`/api/unlocks/${id}/answer`, { request: asked }),

  clerkOrders: () => get<{ orders: ClerkOrder[] }>("/api/clerk/orders"),
  approve: (id: number) => post(`/api/clerk/orders/${id}/approve`),
  reject: (id: number, note: string) => post(`/api/clerk/orders/${id}/reject`, { note }),
  clerkUnlocks: () => get<{ unlocks: ClerkUnlock[] }>("/api/clerk/unlocks"),
  approveUnlock: (id: number) => post(`/api/clerk/unlocks/${id}/approve`),
  rejectUnlock: (id: number, note: string) => post(`/api/clerk/unlocks/${id}/reject`, { note }),
};
