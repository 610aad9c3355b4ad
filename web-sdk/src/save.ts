/** Where the user wants a file. */

/** What of the File System Access API is used; browsers without it have a download. */
interface PickedFile {
  getFile(): Promise<{ size: number }>;
  createWritable(): Promise<WritableStream<Uint8Array>>;
  remove?(): Promise<void>;
}
type Picker = (options: { suggestedName: string }) => Promise<PickedFile>;

/**
 * Lets the user say where a file goes, and has it written there as it comes, in memory that does not grow with it. Where
 * the browser has no such picker, the file is made whole first and offered as a download. Call it from a click.
 *
 * A file that did not become whole is not there: what was at its place stays.
 *
 * @example
 * await saveAs("标书.pdf", (target) => bridge.open(sealed, target));
 *
 * @param name what the file is called, unless the user says otherwise.
 * @param make makes it, with `target` among its options: `into` a stream where there is one, else as the Blob of its outcome.
 * @returns what `make` gave. Rejects as `make` does, and with an `AbortError` when the user closed the picker.
 */
export async function saveAs<Outcome extends Blob | { content?: Blob } | { signature?: Blob } | undefined>(
  name: string,
  make: (target: { into?: WritableStream<Uint8Array> }) => Promise<Outcome>,
): Promise<Outcome> {
  const { showSaveFilePicker } = globalThis as { showSaveFilePicker?: Picker };
  if (!showSaveFilePicker) {
    const outcome = await make({});
    const blob = blobIn(outcome);
    if (blob) download(name, blob);
    return outcome;
  }
  const file = await showSaveFilePicker({ suggestedName: name });
  // The picker makes an empty file where there was none.
  const wasEmpty = (await file.getFile()).size === 0;
  try {
    return await make({ into: await file.createWritable() });
  } catch (error) {
    if (wasEmpty) await file.remove?.().catch(() => undefined);
    throw error;
  }
}

function blobIn(outcome: Blob | { content?: Blob } | { signature?: Blob } | undefined): Blob | undefined {
  if (outcome === undefined || outcome instanceof Blob) return outcome;
  return "content" in outcome ? outcome.content : (outcome as { signature?: Blob }).signature;
}

/** How long a browser may take to begin with a download. */
const untilBegunMs = 60_000;

function download(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), untilBegunMs);
}
