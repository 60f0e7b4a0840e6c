// The VS Code side of nnc: finds the nnc program and starts `nnc lsp`. Everything about the language is in nnc.

const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const onWindows = process.platform === "win32";
let client;

/** The setting, else the workspace's own nnc, else the one on PATH. */
function program() {
  const chosen = workspace.getConfiguration("nnc").get("path");
  if (chosen) return chosen;
  const own = (workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => join(uri.fsPath, "node_modules", ".bin", onWindows ? "nnc.cmd" : "nnc"));
  return own.find((path) => existsSync(path)) ?? "nnc";
}

async function start() {
  // Starting a program that a folder brings along needs the person's trust.
  if (!workspace.isTrusted || client !== undefined) return;
  const path = program();
  // A .cmd file runs in a shell only, which needs quotes around spaces.
  const server = { command: onWindows ? `"${path}"` : path, args: ["lsp"], options: { shell: onWindows } };
  const documents = [
    { scheme: "file", language: "nn" },
    { scheme: "untitled", language: "nn" },
  ];
  client = new LanguageClient("nnc", "nnc", server, { documentSelector: documents });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    window.showErrorMessage(
      `nnc did not start (${path} lsp): ${error.message}. The setting nnc.path names the program.`,
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

exports.activate = async (context) => {
  context.subscriptions.push(
    commands.registerCommand("nnc.restart", restart),
    workspace.onDidGrantWorkspaceTrust(start),
    workspace.onDidChangeConfiguration((event) => (event.affectsConfiguration("nnc.path") ? restart() : undefined)),
  );
  await start();
};

exports.deactivate = stop;
