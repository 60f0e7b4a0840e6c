// Bundles the command into a few files instead of some nine hundred: chevrotain alone brings six hundred modules of lodash, and
// opening them took longer than checking a program.

import { join } from "node:path";
import { build } from "esbuild";
import { withRoomInside } from "./spreads.mjs";

/** The text of the runtime is as long as a third of the compiler, and only a compilation needs it. */
const runtimeApart = {
  name: "runtime apart",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/runtime\.generated\.ts$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./runtime.cjs", external: true },
    ),
};

/**
 * Writes main.js and worker.js, which start the bundles of the command and of the language server's thread for checks, and these
 * bundles. They are modules of CommonJS, because for no others does Node 20 take compiled code.
 */
export async function bundleCommand(root, outdir, more) {
  const common = {
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    allowOverwrite: true,
    logLevel: "warning",
  };
  const starts = { main: join(root, "src/cli/main.ts"), worker: join(root, "src/lsp/start.ts") };
  const bundles = {
    ...common,
    ...more,
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    plugins: [runtimeApart, withRoomInside],
    // Code that was kept cannot import.
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "importMetaUrl_" },
    banner: { js: 'const importMetaUrl_ = require("node:url").pathToFileURL(__filename).href;' },
  };
  const commands = {
    nnc: join(root, "src/cli/command.ts"),
    runtime: join(root, "src/targets/runtime.generated.ts"),
  };
  // The thread for checks needs the names of the protocol's kinds, which have a package of their own, and nothing that speaks it.
  const alias = { "vscode-languageserver/node.js": "vscode-languageserver-types" };
  const outputs = [
    await build({ ...common, ...more, entryPoints: starts, format: "esm" }),
    await build({ ...bundles, entryPoints: commands }),
    await build({ ...bundles, entryPoints: { checks: join(root, "src/lsp/worker.ts") }, alias }),
  ];
  return outputs.map(({ metafile }) => metafile);
}
