// What was signed and has no receipt yet, kept in the browser: a lost answer, a reload or a closed tab loses no bid, and the server
// takes each once however often it is sent. Of each parcel and each bidder one: neither another parcel's nor somebody else's at the
// same browser takes its place.
export interface Submission {
  draft: string;
  signature: string;
}

export interface Place {
  parcel: number;
  /** Of the bidder's certificate. */
  thumbprint: string;
}

const keyOf = ({ parcel, thumbprint }: Place) => `trading.submission.${thumbprint}.${parcel}`;

export function keepSubmission(place: Place, submission: Submission): void {
  localStorage.setItem(keyOf(place), JSON.stringify(submission));
}

export function keptSubmission(place: Place): Submission | undefined {
  try {
    return (JSON.parse(localStorage.getItem(keyOf(place)) ?? "null") as Submission | null) ?? undefined;
  } catch {
    return undefined;
  }
}

export function dropSubmission(place: Place): void {
  localStorage.removeItem(keyOf(place));
}
