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
  if (response.ok) return answer;
  const code = answer.error?.code ?? `http-${response.status}`;
  if (code === "login-required") sessionEnd.dispatchEvent(new Event("end"));
  throw new ApiError(code, response.status, answer.error?.message, Number(response.headers.get("retry-after")) || undefined);
}
