import { join, resolve } from "node:path";
import { createCells } from "./cells";
import { installCompiler } from "./compiler";
import { guardExit } from "./exitGuard";
import { installModules } from "./modules";
import { installOutput } from "./output";
import { watchParent } from "./parentWatch";
import { enterProject } from "./project";
import { createRequests } from "./requests";
import { createServer } from "./server";
import { createSession } from "./session";
import { listenForSigint } from "./sigint";
import { createSourceMaps } from "./sourceMaps";
import { watchSources } from "./sourceWatch";
import { installTracebacks } from "./traceback";
import { loadTslab } from "./tslab";

/**
 * Starts the kernel.
 *
 * @param connectionFile the file in which Jupyter says where to listen; Jupyter passes its name as the first argument.
 */
async function launch(connectionFile: string | undefined): Promise<void> {
  if (connectionFile === undefined) {
    throw new Error(
      "usage: node launcher.js CONNECTION_FILE (JupyterLab starts the kernel so; see src/kernel/README.md)",
    );
  }
  // The working directory is about to change.
  const connection = resolve(connectionFile);
  const cells = createCells();
  const sigint = listenForSigint(() => cells.interrupt());
  const exit = guardExit(cells);
  watchParent(exit);

  const project = enterProject(__dirname);
  const watch = watchSources(project);
  const maps = createSourceMaps();
  const compiler = installCompiler(project, watch);
  const tslab = loadTslab(project.root);
  const modules = installModules(project, compiler, watch, maps, cells, tslab.library);
  installTracebacks(project, maps, [__dirname, join(project.root, "vendor", "kernel")]);
  installOutput(cells, tslab);

  const converter = tslab.converter.createConverter({ isJS: false, isBrowser: false });
  const session = createSession({ project, compiler, converter, modules, watch, maps, cells, sigint });
  const requests = createRequests(project.root, compiler.ts.version, tslab, converter, session);
  await createServer({ tslab, session, requests, cells, exit }, connection).init();
}

launch(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`the kernel did not start: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
