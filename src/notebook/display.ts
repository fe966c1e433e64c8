import { inspect } from "node:util";

/** A value in the forms a notebook may show, by MIME type. */
export interface MimeBundle {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** What the kernel's display function takes. */
export interface DisplayMessage {
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  transient?: { display_id?: string };
}

/** Shows a message below the running cell, or replaces the one of the same display id. */
export type DisplayFunction = (message: DisplayMessage, update: boolean) => void;

const DISPLAY = Symbol.for("counterweight.display");

/** The kernel's display function, or undefined outside a notebook. */
export function displayFunction(): DisplayFunction | undefined {
  const found = (globalThis as { [DISPLAY]?: unknown })[DISPLAY];
  return typeof found === "function" ? (found as DisplayFunction) : undefined;
}

/** Whether the code runs in a cell of the project's kernel. */
export function inNotebook(): boolean {
  return displayFunction() !== undefined;
}

/** A value with a look of its own: rich as the last expression of a cell or through `show`, text elsewhere. */
export class Display {
  readonly #bundle: MimeBundle;

  constructor(data: Record<string, unknown> & { "text/plain": string }, metadata: Record<string, unknown> = {}) {
    this.#bundle = { data, metadata };
  }

  /** The forms it has; text/plain is always among them. */
  toMimeBundle(): MimeBundle {
    return this.#bundle;
  }

  /** Its text. */
  toString(): string {
    return String(this.#bundle.data["text/plain"]);
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
