import type * as ts from "typescript";
import type { TypeScript } from "./tslab";

/**
 * Compiles `{ at: all }` as `{ "at": all }`, in patterns and in objects, before tslab's own transformations.
 *
 * tslab puts `exports.` before each name that an earlier cell declares. In a pattern the compiler says of the name before the colon
 * where that property was declared, and if that was an earlier cell, tslab would write `{ exports.at: all }`.
 */
export function withQuotedNames(
  ts: TypeScript,
  transformers: ts.CustomTransformers | undefined,
): ts.CustomTransformers {
  return { ...transformers, after: [quoteNames(ts), ...(transformers?.after ?? [])] };
}

function quoteNames(ts: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const { factory } = context;

    /** The quoted name carries the place of the plain one, for source maps. */
    const quoted = (name: ts.Identifier): ts.StringLiteral =>
      ts.setTextRange(factory.createStringLiteral(ts.idText(name)), name);

    const visit = (node: ts.Node): ts.Node => {
      const inner = ts.visitEachChild(node, visit, context);
      if (ts.isBindingElement(inner) && inner.propertyName !== undefined && ts.isIdentifier(inner.propertyName)) {
        const name = quoted(inner.propertyName);
        return factory.updateBindingElement(inner, inner.dotDotDotToken, name, inner.name, inner.initializer);
      }
      if (ts.isPropertyAssignment(inner) && ts.isIdentifier(inner.name)) {
        return factory.updatePropertyAssignment(inner, quoted(inner.name), inner.initializer);
      }
      return inner;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
