// Requests to the JSON APIs of ukey-sandbox.
import type { Bilingual } from "./locale";

/** An answer of the server that is not a success; `text` in both languages, if the server gave any. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly text: Bilingual | undefined,
    /** When the same may be asked again; undefined where that is no question of time. */
    readonly retryAfterSeconds?: number | undefined,
  ) {
    super(`${status} ${code}`);
  }
}

const sessionEnd = new EventTarget();

/** Calls back when the server knows of no login any more, whichever request it was that met it. */
export function onSessionEnd(callback: () => void): () => void {
  sessionEnd.addEventListener("end", callback);
  return () => sessionEnd.removeEventListener("end", callback);
}

export async function request<T>(method: "GET" | "POST", path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) };
  return (await answerOf(path, { method, ...(method === "POST" && json), ...(signal && { signal }) })).json() as Promise<T>;
}

/** The same with octets that go there. */
export async function sendOctets<T>(path: string, octets: Blob, signal?: AbortSignal): Promise<T> {
  const init = { method: "POST", headers: { "content-type": "application/octet-stream" }, body: octets };
  return (await answerOf(path, { ...init, ...(signal && { signal }) })).json() as Promise<T>;
}

/** The same with octets that come from there. */
export async function getOctets(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await (await answerOf(path, { ...(signal && { signal }) })).arrayBuffer());
}

export async function getText(path: string): Promise<string> {
  return (await answerOf(path, {})).text();
}

async function answerOf(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError("network", 0, undefined);
  }
  if (response.ok) return response;
  const answer = (await response.json().catch(() => ({}))) as { error?: { code?: string; message?: Bilingual } };
  const code = answer.error?.code ?? `http-${response.status}`;
  if (code === "login-required") sessionEnd.dispatchEvent(new Event("end"));
  throw new ApiError(code, response.status, answer.error?.message, Number(response.headers.get("retry-after")) || undefined);
}
