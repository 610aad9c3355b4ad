import { languageOf, meetingWords } from "./messages.js";

/** By this class a site's own style sheet gives the dialog its looks. */
const className = "ukey-bridge-meeting";

/**
 * Asks in the page, in a modal dialog, whether the window of Ukey Bridge shows the same code. Escape is a no, and so is the end of
 * `signal`, which closes it. Neither markup nor style sheets are used: a site's Content-Security-Policy may forbid them.
 *
 * @internal
 */
export function askInDialog(page: Document, code: string, locale: string, signal: AbortSignal): Promise<boolean> {
  const words = meetingWords(locale);
  const dialog = page.createElement("dialog");
  const add = <K extends keyof HTMLElementTagNameMap>(parent: HTMLElement, name: K, text = ""): HTMLElementTagNameMap[K] => {
    const element = page.createElement(name);
    element.textContent = text;
    return parent.appendChild(element);
  };
  dialog.className = className;
  dialog.lang = languageOf(locale);
  const title = add(dialog, "h2", words.title);
  title.id = `${className}-title`;
  // The first thing that is read out; Enter, pressed in haste, answers nothing.
  title.tabIndex = -1;
  const text = add(dialog, "div");
  text.id = `${className}-text`;
  add(text, "p", words.question);
  const shown = add(text, "p", code);
  shown.className = `${className}-code`;
  add(text, "p", words.advice(words.different));
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.setAttribute("aria-describedby", text.id);
  const buttons = add(dialog, "div");
  const same = add(buttons, "button", words.same);
  const different = add(buttons, "button", words.different);
  for (const button of [same, different]) button.type = "button";
  same.value = "same";
  different.value = "different";
  Object.assign(dialog.style, { maxWidth: "30rem" });
  Object.assign(title.style, { outline: "none" });
  Object.assign(shown.style, { fontSize: "2em", letterSpacing: "0.1em", textAlign: "center" });
  Object.assign(buttons.style, { display: "flex", gap: "1em", justifyContent: "end", marginTop: "1em" });

  return new Promise((resolve) => {
    const answer = (isSame: boolean) => {
      signal.removeEventListener("abort", refuse);
      // Closed before it goes, so that the focus returns to where it was.
      dialog.close();
      dialog.remove();
      resolve(isSame);
    };
    const refuse = () => answer(false);
    same.addEventListener("click", () => answer(true));
    different.addEventListener("click", refuse);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      refuse();
    });
    signal.addEventListener("abort", refuse);
    (page.body ?? page.documentElement).appendChild(dialog);
    dialog.showModal();
    title.focus();
    if (signal.aborted) refuse();
  });
}
