// The JSON API of ukey-sandbox.
import type { AuthSignResult } from "ukey-bridge";
import type { Bilingual } from "./catalogue";

export interface User {
  name: string;
  subjectText: string;
  algorithm: string;
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

/** An answer of the server that is not a success; `text` in both languages, if the server gave any. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly text: Bilingual | undefined,
  ) {
    super(`${status} ${code}`);
  }
}

async function request<T>(method: "GET" | "POST", path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(method === "POST" && { headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("network", 0, undefined);
  }
  const answer = (await response.json().catch(() => ({}))) as T & { error?: { code?: string; message?: Bilingual } };
  if (!response.ok) throw new ApiError(answer.error?.code ?? `http-${response.status}`, response.status, answer.error?.message);
  return answer;
}

export const api = {
  session: () => request<{ user?: User }>("GET", "/api/session"),
  challenge: (signal: AbortSignal) => request<{ challenge: string }>("POST", "/api/login/challenge", {}, signal),
  login: (auth: AuthSignResult, challenge: string, signal: AbortSignal) =>
    request<{ user: User }>("POST", "/api/login", { auth, challenge }, signal),
  logout: () => request<unknown>("POST", "/api/logout"),
  parcels: () => request<{ parcels: Parcel[] }>("GET", "/api/parcels"),
};
