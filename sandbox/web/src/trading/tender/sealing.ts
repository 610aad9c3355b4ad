// A file on its way: sealed to oneself, looked at, sealed to the tenderer, uploaded; all while it streams.
import type { Certificate, UkeyBridge } from "ukey-bridge";
import { ApiError } from "../../shared/http";
import { type SealedFile, tenderApi, type Tenderer, type TenderFile } from "./api";
import { layerOf, PassingDigest, passing, uploadInto } from "./octets";

/** Of the two that notice a changed content, the national one. */
const cipher = "sm4-gcm";
/** What `inspect` looks at. */
const beginning = 64 * 1024;

const noKey = () =>
  new ApiError("own-key-missing", 0, {
    "zh-CN": "没有找到登录所用 Ukey 中的加密证书，加密后您将无法打开，因此没有上传。",
    en: "The encryption certificate of the Ukey that you logged in with is not here. You could not open the file, so nothing was sent.",
  });

/** The encryption certificate in force on the token of the login. */
export async function ownEncryptionCertificate(bridge: UkeyBridge, thumbprint: string): Promise<Certificate> {
  const all = await bridge.certificates();
  const login = all.find((one) => one.thumbprint.toLowerCase() === thumbprint.toLowerCase());
  const isOwn = (one: Certificate) => one.usage === "encrypt" && one.token === login?.token && one.subject === login.subject && !one.history;
  const own = all.filter(isOwn).sort((a, b) => Date.parse(b.notAfter) - Date.parse(a.notAfter))[0];
  if (!own) throw noKey();
  return own;
}

/** Seals a file in two layers and uploads it. Rejects unless the key of the inner layer is on a plugged-in Ukey. */
export async function sealAndUpload(
  bridge: UkeyBridge,
  file: File,
  mine: Certificate,
  tenderer: Tenderer,
  { signal, onProgress }: { signal: AbortSignal; onProgress(octets: number): void },
): Promise<SealedFile> {
  const [content, inner, sealed] = [new PassingDigest(), new PassingDigest(), new PassingDigest()];
  const { upload } = await tenderApi.beginUpload(signal);
  let head: Uint8Array[] | undefined = [];
  let length = 0;
  /** What is encrypted to oneself can only be looked at here: within the outer layer nobody sees it. */
  const look = async () => {
    if (!head) return;
    const { recipients } = await bridge.inspect(new Blob(head as Uint8Array<ArrayBuffer>[]), { signal });
    head = undefined;
    if (!recipients.some((one) => one.certificate === mine.id)) throw noKey();
  };
  const between = passing(async (octets) => {
    inner.update(octets);
    head?.push(octets);
    length += octets.length;
    if (length >= beginning) await look();
  }, look);
  const source = file.stream().pipeThrough(passing((octets) => content.update(octets)));
  const first = bridge.seal(source, [[mine]], { cipher, into: between.writable, signal, onProgress });
  const second = bridge.seal(between.readable, [[tenderer.certificate]], { cipher, into: uploadInto(upload, sealed, signal), signal });
  // Where one fails the other does too, and says less about it.
  const failed = (await Promise.allSettled([first, second])).find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return { upload, name: file.name, size: content.size, sha256: content.hex(), innerSha256: inner.hex(), sealedSha256: sealed.hex() };
}

/** Opens the layer that is outermost now and hands in what was in it. */
export async function openLayer(
  bridge: UkeyBridge,
  file: TenderFile,
  { signal, onProgress }: { signal: AbortSignal; onProgress(octets: number): void },
): Promise<void> {
  const layer = file.state === "sealed" ? "sealed" : "inner";
  const { upload } = await tenderApi.beginUpload(signal);
  const digest = new PassingDigest();
  await bridge.open(layerOf(file.id, layer, signal), { description: file.name, into: uploadInto(upload, digest, signal), signal, onProgress });
  if (digest.hex() !== (layer === "sealed" ? file.innerSha256 : file.sha256)) {
    throw new ApiError("digest-mismatch", 0, {
      "zh-CN": "打开的内容与投标时签名的 SHA-256 不符，没有提交。",
      en: "What was opened does not have the SHA-256 that was signed. It was not handed in.",
    });
  }
  await tenderApi.opened(file.id, upload, signal);
}
