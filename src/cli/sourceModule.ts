import { readFileSync } from "node:fs";
import ts from "typescript";

/** A name that a module takes from another one, with the ways in which it uses it. */
export interface Binding {
  /** Module specifier, as written. */
  readonly from: string;
  /** Exported name; undefined for the whole namespace (`import * as`). */
  readonly name: string | undefined;
  /** Properties read of it, such as ["binary", "focal"]; an empty path where it is used as a whole. */
  readonly paths: readonly (readonly string[])[];
}

/** A name that a module hands on from another one. */
export interface ReExport {
  readonly from: string;
  /** Name there; undefined for the whole namespace (`export * as`). */
  readonly name: string | undefined;
}

/** What a TypeScript file imports, exports and does when it is loaded. */
export interface SourceModule {
  readonly bindings: readonly Binding[];
  /** Modules that are loaded for what they do, or named by a relative path in a text: `import "./x"`, `require("./x")`. */
  readonly effects: readonly string[];
  /** By exported name. */
  readonly reExports: ReadonlyMap<string, ReExport>;
  /** Modules of `export * from`. */
  readonly stars: readonly string[];
  /** Exported names that are declared here. */
  readonly own: ReadonlySet<string>;
  /** Whether a statement of its own runs when it is loaded, such as a registration. */
  readonly acts: boolean;
}

/** Reads a TypeScript file, see {@link SourceModule}. */
export function readModule(file: string): SourceModule {
  return parseModule(readFileSync(file, "utf8"), file);
}

/**
 * Reads the text of a TypeScript file, or of a notebook's cells.
 *
 * @param text what stands in it; what does not parse is passed over.
 * @param file its name, for the compiler.
 * @returns see {@link SourceModule}.
 */
export function parseModule(text: string, file: string): SourceModule {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const imports = new Map<string, { from: string; name: string | undefined }>();
  const effects: string[] = [];
  const stars: string[] = [];
  const reExports = new Map<string, ReExport>();
  const own = new Set<string>();
  let acts = false;

  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const from = textOf(statement.moduleSpecifier);
      const { importClause: clause } = statement;
      if (!clause) effects.push(from);
      if (clause?.name) imports.set(clause.name.text, { from, name: "default" });
      const named = clause?.namedBindings;
      if (named && ts.isNamespaceImport(named)) imports.set(named.name.text, { from, name: undefined });
      if (named && ts.isNamedImports(named)) {
        for (const { name, propertyName } of named.elements)
          imports.set(name.text, { from, name: (propertyName ?? name).text });
      }
    } else if (ts.isExportDeclaration(statement)) {
      const from = statement.moduleSpecifier && textOf(statement.moduleSpecifier);
      const clause = statement.exportClause;
      if (from !== undefined && !clause) stars.push(from);
      else if (from !== undefined && clause && ts.isNamespaceExport(clause))
        reExports.set(clause.name.text, { from, name: undefined });
      else if (clause && ts.isNamedExports(clause)) {
        for (const { name, propertyName } of clause.elements) {
          const local = (propertyName ?? name).text;
          const imported = imports.get(local);
          if (from !== undefined) reExports.set(name.text, { from, name: local });
          else if (imported) reExports.set(name.text, imported);
          else own.add(name.text);
        }
      }
    } else {
      for (const name of declaredNames(statement)) own.add(name);
      acts ||= ts.isExpressionStatement(statement) && !ts.isStringLiteral(statement.expression);
    }
  }

  const paths = new Map<string, string[][]>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isIdentifier(node) && imports.has(node.text) && isReference(node)) {
      const list = paths.get(node.text) ?? [];
      list.push(pathFrom(node));
      paths.set(node.text, list);
    }
    if (ts.isStringLiteralLike(node) && /^\.\.?\//.test(node.text)) effects.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const bindings = [...imports].map(([local, { from, name }]) => ({ from, name, paths: paths.get(local) ?? [] }));
  return { bindings, effects, reExports, stars, own, acts };
}

const textOf = (specifier: ts.Expression): string => (ts.isStringLiteralLike(specifier) ? specifier.text : "");

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
  const declaration = statement as ts.Statement & { readonly name?: ts.Node };
  return declaration.name && ts.isIdentifier(declaration.name) ? [declaration.name.text] : [];
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

/** Whether an identifier means a value or type of that name, and not a property or key. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent))
    return parent.name !== node;
  return !(ts.isBindingElement(parent) && parent.propertyName === node);
}

/** The properties that are read of a name, one after the other. */
function pathFrom(node: ts.Identifier): string[] {
  const path: string[] = [];
  let at: ts.Node = node;
  for (;;) {
    const { parent }: { parent: ts.Node } = at;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === at) path.push(parent.name.text);
    else if (ts.isQualifiedName(parent) && parent.left === at) path.push(parent.right.text);
    else return path;
    at = parent;
  }
}
