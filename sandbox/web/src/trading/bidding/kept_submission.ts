// What was signed and has no receipt yet, kept in the browser: a lost answer, a reload or a closed tab loses no bid, and the server
// takes each once however often it is sent.
export interface Submission {
  parcel: number;
  draft: string;
  signature: string;
}

const storageKey = "trading.submission";

export function keepSubmission(submission: Submission): void {
  localStorage.setItem(storageKey, JSON.stringify(submission));
}

export function keptSubmission(parcel: number): Submission | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? "null") as Submission | null;
    return kept?.parcel === parcel ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function dropSubmission(): void {
  localStorage.removeItem(storageKey);
}
