// Where a file goes: the picker's stream, or a download; and never half of it.
import { afterEach, describe, expect, it, vi } from "vitest";
import { saveAs } from "../src/save.js";

afterEach(() => vi.unstubAllGlobals());

/** A file that the user picked. */
function picked(size = 0) {
  const seen = { written: "", closed: false, removed: false, suggested: "" };
  const file = {
    getFile: async () => ({ size }),
    createWritable: async () =>
      new WritableStream<Uint8Array>({
        write: (octets) => void (seen.written += new TextDecoder().decode(octets)),
        close: () => void (seen.closed = true),
      }),
    remove: async () => void (seen.removed = true),
  };
  vi.stubGlobal("showSaveFilePicker", async ({ suggestedName }: { suggestedName: string }) => {
    seen.suggested = suggestedName;
    return file;
  });
  return seen;
}

describe("saving", () => {
  it("pickedFile_isWrittenAsItComes", async () => {
    const seen = picked();
    const outcome = await saveAs("标书.pdf", async ({ into }) => {
      await new Blob(["content"]).stream().pipeTo(into as WritableStream<Uint8Array>);
      return { content: undefined as never };
    });
    expect(outcome).toEqual({ content: undefined });
    expect(seen).toEqual({ written: "content", closed: true, removed: false, suggested: "标书.pdf" });
  });

  it.each([
    [0, true],
    [10, false],
  ])("failure_over %d octets_removesWhatThePickerMade: %s", async (size, removed) => {
    const seen = picked(size);
    await expect(saveAs("a", () => Promise.reject(new Error("content-corrupt")))).rejects.toThrow("content-corrupt");
    expect(seen).toMatchObject({ closed: false, removed });
  });

  it("closedPicker_makesNothing", async () => {
    vi.stubGlobal("showSaveFilePicker", () => Promise.reject(new DOMException("closed", "AbortError")));
    const make = vi.fn();
    await expect(saveAs("a", make)).rejects.toMatchObject({ name: "AbortError" });
    expect(make).not.toHaveBeenCalled();
  });

  it.each([
    ["a Blob", (blob: Blob) => blob],
    ["what was opened", (blob: Blob) => ({ content: blob })],
    ["what was signed", (blob: Blob) => ({ signature: blob })],
  ])("browserWithoutAPicker_offersADownload_of %s", async (_, outcome) => {
    const link = { href: "", download: "", click: vi.fn() };
    vi.stubGlobal("document", { createElement: () => link });
    await saveAs("标书.pdf", async (target) => {
      expect(target).toEqual({});
      return outcome(new Blob(["content"]));
    });
    expect(link.download).toBe("标书.pdf");
    expect(link.click).toHaveBeenCalledOnce();
    expect(await (await fetch(link.href)).text()).toBe("content");
  });
});
