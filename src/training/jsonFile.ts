import { readFile } from "node:fs/promises";
import { type z } from "zod";

/** The text of a file; undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/**
 * What the text of a JSON file holds, in a form.
 *
 * @throws Error naming the file, for a text that is no JSON or of another form.
 */
export function parseAs<T>(schema: z.ZodType<T>, path: string, text: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  const [issue] = error.issues;
  throw new Error(`${path} is not as expected: ${[...issue.path, issue.message].join(" ")}`);
}

/** Reads a JSON file of a form; undefined where there is none. */
export async function readAs<T>(schema: z.ZodType<T>, path: string): Promise<T | undefined> {
  const text = await readIfThere(path);
  return text === undefined ? undefined : parseAs(schema, path, text);
}
