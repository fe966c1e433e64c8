import { Display } from "./display";

/**
 * A text in Markdown, for sentences whose numbers come from a run.
 *
 * @param text Markdown, formulas between dollar signs included.
 * @returns a value that shows as the set text in a notebook, as its source elsewhere.
 * @throws TypeError when it is no text.
 */
export function markdown(text: string): Display {
  if (typeof text !== "string") throw new TypeError(`markdown: text must be a string, received ${typeof text}`);
  return new Display({ "text/markdown": text, "text/plain": text });
}
