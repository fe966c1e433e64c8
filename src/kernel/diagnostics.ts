import type * as ts from "typescript";
import type { TypeScript } from "./tslab";

/**
 * What is wrong with a cell, and with the syntax of the project's modules that it imports.
 *
 * The types inside those modules are not judged here: they are written for the project's TypeScript, which knows more than tslab's,
 * and `npm run typecheck` checks them with it. The types that they export are those that the cell is checked against.
 *
 * @param files the cell, which is in `cellFile`, and the modules.
 */
export function cellDiagnostics(
  ts: TypeScript,
  cellFile: string,
  program: ts.Program,
  files: readonly ts.SourceFile[],
): readonly ts.Diagnostic[] {
  const found: ts.Diagnostic[] = files.flatMap((file) => [...program.getSyntacticDiagnostics(file)]);
  for (const file of files.filter(({ fileName }) => fileName === cellFile)) {
    found.push(...program.getSemanticDiagnostics(file), ...program.getDeclarationDiagnostics(file));
  }
  // tslab takes a chain of messages apart and forgets which file its links belong to.
  const whole = found.map((each) => ({
    ...each,
    messageText: ts.flattenDiagnosticMessageText(each.messageText, "\n"),
  }));
  return ts.sortAndDeduplicateDiagnostics(whole);
}

/** What the compiler keeps with a file, besides its public interface. */
interface LinkedFile extends ts.SourceFile {
  resolvedModules?: { forEach(visit: (entry: { resolvedModule?: ts.ResolvedModule }) => void): void };
}

/** A file and all that it imports, directly or not, except declarations. */
export function projectImports(program: ts.Program, start: ts.SourceFile): string[] {
  const found = new Set<string>([start.fileName]);
  const pending: LinkedFile[] = [start];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    file.resolvedModules?.forEach(({ resolvedModule }) => {
      const imported = resolvedModule && program.getSourceFile(resolvedModule.resolvedFileName);
      if (imported === undefined || imported.isDeclarationFile || found.has(imported.fileName)) return;
      found.add(imported.fileName);
      pending.push(imported);
    });
  }
  return [...found];
}
