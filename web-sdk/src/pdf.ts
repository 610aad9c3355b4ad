/** Signatures in PDF files: PAdES-B-B, as an update that leaves every octet of the file as it was. Entry `ukey-bridge/pdf`. */
import { PDFArray, PDFDocument, PDFHexString, PDFInvalidObject, PDFName, PDFNumber, PDFString } from "@cantoo/pdf-lib";
import type { UkeyBridge } from "./bridge.js";
import type { CallOptions } from "./connection.js";
import { nameOf } from "./content.js";
import type { Certificate, CertificateId } from "./generated/protocol.js";

export interface SignPdfOptions extends CallOptions {
  /** What is signed, for the dialog of the bridge; the file's name where it is left out. */
  description?: string;
  /** Why, where and by whom, as the signature says of itself. */
  reason?: string;
  location?: string;
  name?: string;
}

/** Octets that a signature with its chain may have. */
const room = 16 * 1024;
/** Stands where a number of the range will be, and is as long as the longest. */
const blank = "**********";

/**
 * Puts a signature (CAdES, detached; PAdES-B-B) into a PDF. Signatures that it has already stay valid. Needs
 * `@cantoo/pdf-lib` in the page's own dependencies; the file is held in memory.
 *
 * Rejects as `UkeyBridge.sign` does, and with the error of pdf-lib for what is no PDF, or encrypted.
 *
 * @returns the signed PDF.
 */
export async function signPdf(
  bridge: Pick<UkeyBridge, "sign">,
  pdf: Blob | Uint8Array | ArrayBuffer,
  certificate: Certificate | CertificateId,
  options: SignPdfOptions = {},
): Promise<Blob> {
  const file = pdf instanceof Blob ? await pdf.arrayBuffer() : pdf;
  const prepared = await withPlaceholder(file, options);
  const [begin, end] = placeOfContents(prepared, file.byteLength);
  setRange(prepared, file.byteLength, [begin, end, prepared.length - end]);
  const covered = new Blob([prepared.subarray(0, begin), prepared.subarray(end)]);
  const { signal, description = nameOf(pdf) ?? "PDF" } = options;
  // The time stands in the dictionary (/M), and PAdES wants it nowhere else.
  const form = { format: "cms", family: "cms", detached: true, signingTime: false } as const;
  const { signature } = await bridge.sign(covered, certificate, { ...form, description, signal });
  const octets = new Uint8Array(await (signature as Blob).arrayBuffer());
  if (octets.length > room) throw new RangeError(`a signature of ${octets.length} octets`);
  prepared.set(ascii(Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("")), begin + 1);
  return new Blob([prepared], { type: "application/pdf" });
}

/** The file with an update that has everything but the signature. */
async function withPlaceholder(file: Uint8Array | ArrayBuffer, { reason, location, name }: SignPdfOptions): Promise<Uint8Array<ArrayBuffer>> {
  const document = await PDFDocument.load(file, { forIncrementalUpdate: true, updateMetadata: false });
  const { context, catalog } = document;
  const texts = Object.entries({ Reason: reason, Location: location, Name: name }).filter(([, text]) => text !== undefined);
  // Written out, for the library packs its own objects into streams, where nothing could be put in afterwards.
  const dictionary = [
    "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached",
    `/ByteRange [0 ${blank} ${blank} ${blank}] /Contents <${"0".repeat(2 * room)}>`,
    `/M ${PDFString.fromDate(new Date()).toString()}`,
    ...texts.map(([key, text]) => `/${key} ${PDFHexString.fromText(text ?? "").toString()}`),
    ">>",
  ].join("\n");
  const value = context.register(PDFInvalidObject.of(ascii(dictionary)));
  const page = document.getPage(0);
  const form = catalog.getOrCreateAcroForm();
  const fields = form.dict.lookupMaybe(PDFName.of("Fields"), PDFArray);
  const field = context.register(
    context.obj({
      Type: "Annot",
      Subtype: "Widget",
      FT: "Sig",
      T: PDFString.of(`Signature${(fields?.size() ?? 0) + 1}`),
      V: value,
      F: 132, // Printed and locked; without a size it shows nothing.
      Rect: [0, 0, 0, 0],
      P: page.ref,
    }),
  );
  page.node.addAnnot(field);
  if (fields) fields.push(field);
  else form.dict.set(PDFName.of("Fields"), context.obj([field]));
  // There are signatures, and the file may be appended to only.
  const flags = form.dict.lookupMaybe(PDFName.of("SigFlags"), PDFNumber)?.asNumber() ?? 0;
  form.dict.set(PDFName.of("SigFlags"), PDFNumber.of(flags | 3));
  return (await document.save()) as Uint8Array<ArrayBuffer>;
}

/** From the bracket before the hexadecimal digits of `Contents` to behind the one after. */
function placeOfContents(pdf: Uint8Array, from: number): [number, number] {
  const begin = find(pdf, "/Contents <0000", from) + "/Contents ".length;
  return [begin, begin + 2 * room + 2];
}

function setRange(pdf: Uint8Array, from: number, range: number[]): void {
  let at = find(pdf, `/ByteRange [0 ${blank}`, from) + "/ByteRange [0 ".length;
  for (const number of range) {
    pdf.set(ascii(String(number).padEnd(blank.length)), at);
    at += blank.length + 1;
  }
}

function find(octets: Uint8Array, text: string, from: number): number {
  const wanted = ascii(text);
  for (let at = from; at + wanted.length <= octets.length; at++) {
    if (wanted.every((octet, i) => octets[at + i] === octet)) return at;
  }
  throw new Error(`not written: ${text}`);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
