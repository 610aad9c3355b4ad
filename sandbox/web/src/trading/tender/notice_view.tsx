// 交易结束: the tenderer's notice, with its signature checked here.
import { useEffect, useState } from "preact/hooks";
import type { UkeyBridge } from "ukey-bridge";
import { FailureNotice, Notice } from "../../shared/components";
import { failureOf } from "../../shared/failure";
import { getText } from "../../shared/http";
import { useLanguage } from "../../shared/language";
import type { Notice as SignedNotice, Tenderer } from "./api";

interface Props {
  notice: SignedNotice | undefined;
  tenderer: Tenderer | undefined;
  bridge: UkeyBridge | undefined;
}

export function NoticeView({ notice, tenderer, bridge }: Props) {
  const { t } = useLanguage();
  return (
    <section class="sheet" data-testid="result" aria-labelledby="result-heading">
      <h2 class="sheet-title" id="result-heading">{t("result.title")}</h2>
      {notice ? (
        <>
          <pre class="document" data-testid="notice-document" lang="zh-CN">{notice.document}</pre>
          {bridge ? <Check notice={notice} bridge={bridge} name={tenderer?.name ?? ""} /> : <p class="field-hint">{t("result.uncheckable")}</p>}
        </>
      ) : (
        <p data-testid="no-result">{t("result.none")}</p>
      )}
    </section>
  );
}

type Verdict = { kind: "checking" } | { kind: "checked"; valid: boolean; reason: string } | { kind: "failed"; error: unknown };

function Check({ notice, bridge, name }: { notice: SignedNotice; bridge: UkeyBridge; name: string }) {
  const language = useLanguage();
  const { t } = language;
  const [verdict, setVerdict] = useState<Verdict>({ kind: "checking" });
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const check = async () => {
      const trusted = (await getText("/ca/chain.pem")).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
      const { document, signature, certificate } = notice;
      const { valid, reason = "" } = await bridge.verify(new TextEncoder().encode(document), signature, { format: "raw", certificate, trusted, signal });
      setVerdict({ kind: "checked", valid, reason });
    };
    setVerdict({ kind: "checking" });
    check().catch((error: unknown) => signal.aborted || setVerdict({ kind: "failed", error }));
    return () => controller.abort();
  }, [notice.signature, bridge]);
  if (verdict.kind === "checking") return <p role="status">{t("result.checking")}</p>;
  if (verdict.kind === "failed") return <FailureNotice title={t("result.title")} failure={failureOf(verdict.error, language)} />;
  return (
    <div data-testid="verdict" data-valid={verdict.valid}>
      <Notice tone={verdict.valid ? "info" : "warn"}>
        <p>{verdict.valid ? t("result.valid", { name }) : t("result.invalid", { reason: verdict.reason })}</p>
      </Notice>
    </div>
  );
}
