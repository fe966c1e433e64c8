import type { DisplayMessage } from "../../src/notebook";

const DISPLAY = Symbol.for("counterweight.display");

/** Runs a body as the kernel runs a cell, and returns what it displayed. */
export function inCell(body: () => void): { message: DisplayMessage; update: boolean }[] {
  const scope = globalThis as { [DISPLAY]?: unknown };
  const messages: { message: DisplayMessage; update: boolean }[] = [];
  scope[DISPLAY] = (message: DisplayMessage, update: boolean) =>
    messages.push({ message: structuredClone(message), update });
  try {
    body();
  } finally {
    delete scope[DISPLAY];
  }
  return messages;
}
