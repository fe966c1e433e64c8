// Compiles src/kernel into the folder given, without checking types, in a process of its own: there the compiler loads without tsx.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const source = join(import.meta.dirname, "..", "..", "src", "kernel");
const target = process.argv[2];
const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };

mkdirSync(target, { recursive: true });
for (const name of readdirSync(source).filter((each) => each.endsWith(".ts"))) {
  const { outputText } = ts.transpileModule(readFileSync(join(source, name), "utf8"), { compilerOptions });
  writeFileSync(join(target, name.replace(/\.ts$/, ".js")), outputText);
}
