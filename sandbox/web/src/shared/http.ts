// Requests to the JSON APIs of ukey-sandbox.
import type { Bilingual } from "./catalogue";

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
  if (!response.ok) throw new ApiError(answer.error?.code ?? `http-${response.status}`, response.status, answer.error?.message);
  return answer;
}
