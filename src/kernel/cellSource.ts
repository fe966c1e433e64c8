import { relative, resolve, sep } from "node:path";
import type * as ts from "typescript";
import { declaredNames } from "./declarations";
import type { Project } from "./project";
import type { TypeScript } from "./tslab";

/** A cell as the compiler gets it, and how its positions belong to those of the notebook. */
export interface CellSource {
  readonly code: string;
  /** Whether the cell awaits outside of any function. */
  readonly awaits: boolean;
  /** Whether the last statement is an expression whose value shall be shown. */
  readonly shows: boolean;
  /** The names of the values that the cell declares for those after it; those of types are not among them. */
  readonly declares: ReadonlySet<string>;
  /** An offset in the notebook's text to one in `code`. */
  toCode(offset: number): number;
  /** An offset in `code` to one in the notebook's text. */
  toNotebook(offset: number): number;
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * Reads a cell: relative imports, which mean the notebook's folder, are rewritten to mean the project's folder, where the compiler
 * and `require` look. So `../src/losses` in a notebook names the very module that `counterweight/src/losses` names.
 *
 * `{ x }` is written out as `{ x: x }`: tslab connects a variable of an earlier cell by its name in an expression, and does not see
 * the shorthand.
 */
export function readCell(ts: TypeScript, text: string, project: Project): CellSource {
  const file = parseModule(ts, text);
  const edits: Edit[] = [];
  let awaits = false;

  const visit = (node: ts.Node, inFunction: boolean): void => {
    const specifier = moduleSpecifier(ts, node);
    if (specifier !== undefined && /^\.\.?(\/|$)/.test(specifier.text)) {
      const target = fromRoot(specifier.text, project);
      edits.push({ start: specifier.getStart(file) + 1, end: specifier.end - 1, text: target });
    }
    if (ts.isShorthandPropertyAssignment(node)) {
      edits.push({ start: node.name.end, end: node.name.end, text: `: ${node.name.text}` });
    }
    if (!inFunction && (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))) awaits = true;
    ts.forEachChild(node, (child) => visit(child, inFunction || ts.isFunctionLike(node)));
  };
  visit(file, false);

  edits.sort((a, b) => a.start - b.start);
  let code = text;
  for (const edit of [...edits].reverse()) code = code.slice(0, edit.start) + edit.text + code.slice(edit.end);
  return {
    code,
    awaits,
    shows: showsValue(ts, file),
    declares: new Set(file.statements.flatMap((statement) => declaredNames(ts, statement))),
    toCode: (offset) => shift(offset, edits),
    toNotebook: (offset) => shift(offset, inverse(edits)),
  };
}

/** A cell is a module even without imports: in a script `await (x)` would be a call of a function named `await`. */
function parseModule(ts: TypeScript, text: string): ts.SourceFile {
  const options: ts.CreateSourceFileOptions = {
    languageVersion: ts.ScriptTarget.Latest,
    setExternalModuleIndicator: (file) => void Object.assign(file, { externalModuleIndicator: true }),
  };
  return ts.createSourceFile("cell.ts", text, options, true, ts.ScriptKind.TS);
}

/** The string that names a module in an import, export, import(), require() or import type. */
function moduleSpecifier(ts: TypeScript, node: ts.Node): ts.StringLiteralLike | undefined {
  let name: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) name = node.moduleSpecifier;
  else if (ts.isExternalModuleReference(node)) name = node.expression;
  else if (ts.isImportTypeNode(node)) name = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  else if (ts.isCallExpression(node)) {
    const { expression } = node;
    const loads =
      expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === "require");
    if (loads) name = node.arguments[0];
  }
  return name !== undefined && ts.isStringLiteralLike(name) ? name : undefined;
}

function fromRoot(specifier: string, project: Project): string {
  const path = relative(project.root, resolve(project.notebookFolder, specifier)).split(sep).join("/");
  return path.startsWith("../") || path === ".." ? path : `./${path}`;
}

/** An assignment is a statement in a notebook, though an expression in the language: it shows nothing. */
function showsValue(ts: TypeScript, file: ts.SourceFile): boolean {
  const last = file.statements.at(-1);
  if (last === undefined || !ts.isExpressionStatement(last)) return false;
  let { expression } = last;
  while (ts.isParenthesizedExpression(expression)) expression = expression.expression;
  if (!ts.isBinaryExpression(expression)) return true;
  const operator = expression.operatorToken.kind;
  return operator < ts.SyntaxKind.FirstAssignment || operator > ts.SyntaxKind.LastAssignment;
}

/** Moves an offset by what the edits before it have added or removed; inside an edit, no further than its new end. */
function shift(offset: number, edits: readonly Edit[]): number {
  let moved = 0;
  for (const edit of edits) {
    if (offset <= edit.start) break;
    if (offset < edit.end) return edit.start + moved + Math.min(offset - edit.start, edit.text.length);
    moved += edit.text.length - (edit.end - edit.start);
  }
  return offset + moved;
}

/** The edits that lead back: only their lengths matter. */
function inverse(edits: readonly Edit[]): Edit[] {
  let moved = 0;
  return edits.map(({ start, end, text }) => {
    const from = start + moved;
    moved += text.length - (end - start);
    return { start: from, end: from + text.length, text: " ".repeat(end - start) };
  });
}
