import type * as ts from "typescript";
import type { TypeScript } from "./tslab";

/** The names of the values that a top-level statement declares. */
export function declaredNames(ts: TypeScript, statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(ts, name));
  }
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) {
    return statement.name === undefined ? [] : [statement.name.text];
  }
  if (!ts.isImportDeclaration(statement) || statement.importClause?.isTypeOnly !== false) return [];
  const { name, namedBindings } = statement.importClause;
  const names = name === undefined ? [] : [name.text];
  if (namedBindings === undefined) return names;
  if (ts.isNamespaceImport(namedBindings)) return [...names, namedBindings.name.text];
  return [...names, ...namedBindings.elements.filter((each) => !each.isTypeOnly).map((each) => each.name.text)];
}

function boundNames(ts: TypeScript, name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(ts, element.name)));
}

/**
 * The declarations after a cell that ended halfway: those of the names that it got to, and the earlier ones of those that it did not.
 * So what was computed before an error or an interrupt is not lost.
 *
 * @param before the declarations before the cell.
 * @param after what they would have been, had it run to its end.
 * @param missed the names that the cell was to declare and did not.
 */
export function declarationsAfterFailure(
  ts: TypeScript,
  before: string,
  after: string,
  missed: ReadonlySet<string>,
): string {
  return select(ts, after, (name) => !missed.has(name), true) + select(ts, before, (name) => missed.has(name), false);
}

/** The statements that declare wanted names, and, on request, those that declare no values at all. */
function select(ts: TypeScript, text: string, wanted: (name: string) => boolean, others: boolean): string {
  const file = ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.Latest, true);
  const printer = ts.createPrinter({ newLine: ts.NewLineKind.LineFeed });
  const kept = file.statements.flatMap((statement) => {
    const names = declaredNames(ts, statement);
    if (names.length === 0) return others ? [statement] : [];
    // Where a name is imported, a type may come with it that never has a value: one value vouches for them all.
    if (!ts.isVariableStatement(statement)) return names.some(wanted) ? [statement] : [];
    const declarations = statement.declarationList.declarations.filter(({ name }) => boundNames(ts, name).some(wanted));
    if (declarations.length === 0) return [];
    const list = ts.factory.updateVariableDeclarationList(statement.declarationList, declarations);
    return [ts.factory.updateVariableStatement(statement, statement.modifiers, list)];
  });
  return kept.map((statement) => `${printer.printNode(ts.EmitHint.Unspecified, statement, file)}\n`).join("");
}
