// One token from a code in a text message to certificates that work: the portal's server on one side, the bridge on the other.
import type { Certificate, CertificateId, Enrolment, Progress, Token, UkeyBridge } from "ukey-bridge";
import { text } from "../../shared/catalogue";
import { type Locale, locales } from "../../shared/locale";
import { api, type HolderCertificate, type Order, type PendingIssue } from "../api";

export type Keys = "new" | "keep";

export type Stage = "code" | "pin" | "request" | "import" | "done";

export interface IssueJob {
  bridge: UkeyBridge;
  order: Order;
  token: Token;
  code: string;
  keys: Keys;
  /** Of the words that the bridge's window shows. */
  locale: Locale;
  /** The certificate that is renewed or changed. */
  old?: HolderCertificate | undefined;
  /** The page before this one had begun: nothing is asked again that need not be. */
  goesOn: boolean;
}

export type Watch = (stage: Stage, step?: Progress) => void;

/** The user sees it in the bridge's dialog, and a page that was reloaded finds its enrolment by it. */
export function referenceOf(order: number, locale: Locale): string {
  return text(locale, "orders.number", { id: order });
}

/** The number in a reference, whichever language it was begun in; nothing for what is not ours. */
export function orderIn(reference: string | undefined): number | undefined {
  const order = Number(/\d+/.exec(reference ?? "")?.[0]);
  return locales.some((locale) => referenceOf(order, locale) === reference) ? order : undefined;
}

/** Every step may be made again after whatever interruption, so to go on is to start anew. */
export async function issueOnToken(job: IssueJob, watch: Watch, signal: AbortSignal): Promise<Order> {
  const { order, token, code } = job;
  watch("code");
  await api.check(order.id, code, token.serial, signal);
  if (!job.goesOn) {
    watch("pin");
    await token.verifyPin({ changeInitial: true, signal });
  }
  watch("request");
  const enrolment = await begin(job, watch, signal);
  const request = {
    code,
    tokenSerial: enrolment.tokenSerial,
    csr: enrolment.csr,
    ...(enrolment.proof !== undefined && { proof: enrolment.proof }),
    // The key centre seals encryption keys with SM4: a token without SM2 and SM4 gets a signing certificate alone.
    single: !token.algorithms.includes("sm2"),
  };
  const { issue, ...answer } = await api.issue(order.id, request, signal);
  watch("import");
  const told = tellSteps(enrolment, watch);
  await enrolment.complete(answer, { signal });
  await told;
  watch("done");
  return (await api.confirm(order.id, issue)).order;
}

async function begin({ bridge, order, token, keys, locale, old }: IssueJob, watch: Watch, signal: AbortSignal): Promise<Enrolment> {
  const { kind, algorithm } = order;
  const replaces = old && (kind === "renew" || kind === "change") ? await certificateOn(bridge, token, old, signal) : undefined;
  // Some tokens take minutes to make a key.
  const stop = bridge.on("progress", (step) => {
    if (step.operation === "enrolment.begin") watch("request", step);
  });
  try {
    return await token.enrol({ kind, algorithm, keys: replaces ? keys : "new", replaces, reference: referenceOf(order.id, locale) }, { signal });
  } finally {
    stop();
  }
}

async function certificateOn(bridge: UkeyBridge, token: Token, old: HolderCertificate, signal: AbortSignal): Promise<CertificateId | undefined> {
  const certificates = await bridge.certificates({ token, usage: "sign" }, { signal });
  return certificates.find((certificate) => isThat(certificate, old.serialNumber))?.id;
}

async function tellSteps(enrolment: Enrolment, watch: Watch): Promise<void> {
  for await (const step of enrolment.steps()) watch("import", step);
}

export function isThat(certificate: Certificate, serialNumber: string): boolean {
  return certificate.serialNumber.toLowerCase() === serialNumber.toLowerCase();
}

/** The token as it was before; what had been issued for it is revoked, and another token may take its place. */
export async function rollBack(enrolment: Enrolment, orderId: number): Promise<void> {
  await enrolment.abort();
  const { order } = await api.order(orderId);
  for (const pending of order.pending) {
    if (pending.tokenSerial === enrolment.tokenSerial) await api.withdraw(orderId, pending.issue);
  }
}

/** Those whose certificate is on a token already: the page was closed before it could say so. */
export function writtenAlready(pending: PendingIssue[], certificates: Certificate[], enrolments: Enrolment[]): PendingIssue[] {
  return pending.filter(({ serialNumber, tokenSerial }) =>
    certificates.some((certificate) => isThat(certificate, serialNumber)) && !enrolments.some((one) => one.tokenSerial === tokenSerial));
}
