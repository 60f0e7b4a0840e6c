// Which nnc runs, and how a process of it starts. Knows nothing of VS Code.

import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * The setting comes first, then the nnc of the workspace, so that a project has the version it asks for, then the one that the
 * extension brings along. In a workspace that nobody trusts only the last one may run.
 */
export function chosenProgram({ setting, folders, trusted, bundled }) {
  if (trusted && setting !== "") return { from: "the setting nnc.path", path: setting };
  const own = folders.map((folder) => join(folder, "node_modules", "nnc", "dist", "cli", "main.js"));
  const found = trusted ? own.find((path) => existsSync(path)) : undefined;
  return found === undefined ? { from: "the extension", path: bundled } : { from: "the workspace", path: found };
}

/** Whether Node runs it; another program runs by itself. */
export const isModule = ({ path }) => /\.[cm]?js$/.test(path);

/** The program and arguments of a process, and what its environment needs: the editor's own program runs as Node. */
export function processOf(program, args) {
  if (isModule(program))
    return {
      command: process.execPath,
      args: [program.path, ...args],
      env: { ELECTRON_RUN_AS_NODE: "1" },
      shell: false,
    };
  const isScript = /\.(?:cmd|bat)$/i.test(program.path);
  const quoted = (text) => (isScript ? `"${text.replaceAll('"', '""')}"` : text);
  return { command: quoted(program.path), args: args.map(quoted), env: {}, shell: isScript };
}
