// The VS Code side of nnc: starts `nnc lsp` and has the commands. Everything about the language is in nnc.

import { join } from "node:path";
import { commands, ProcessExecution, Range, Task, TaskScope, tasks, Uri, window, workspace } from "vscode";
import { networksWith } from "./network.js";
import { chosenProgram, processOf } from "./program.js";
import { serverWith } from "./server.js";
import { trainingsWith } from "./training.js";

let server;

/** The document that a command is about: the one named, or the one in front. Says so where there is none. */
async function documentOf(uri) {
  const document =
    uri === undefined ? window.activeTextEditor?.document : await workspace.openTextDocument(Uri.parse(String(uri)));
  if (document?.languageId === "nn") return document;
  window.showInformationMessage("Open a .nn file first.");
  return undefined;
}

/** A file for a process, with what the editor holds. */
async function savedFile(uri) {
  if (!workspace.isTrusted) {
    window.showInformationMessage("nnc runs programs only in a workspace that you trust.");
    return undefined;
  }
  const document = await documentOf(uri);
  if (document === undefined) return undefined;
  if (document.uri.scheme === "file" && (!document.isDirty || (await document.save()))) return document.uri.fsPath;
  window.showInformationMessage("Save the file first: nnc reads it from the disk.");
  return undefined;
}

async function compile(choose, uri) {
  const file = await savedFile(uri);
  if (file === undefined) return;
  const { command, args, env } = processOf(choose(), ["compile", file]);
  const folder = workspace.getWorkspaceFolder(Uri.file(file));
  const execution = new ProcessExecution(command, args, { cwd: folder?.uri.fsPath, env });
  const task = new Task({ type: "nnc", file }, folder ?? TaskScope.Workspace, "compile", "nnc", execution, []);
  await tasks.executeTask(task);
}

/** Shows the way of the shape at the cursor as a list; a line of it leads to its place. */
async function why() {
  const document = await documentOf();
  const editor = window.activeTextEditor;
  if (document === undefined || editor === undefined) return;
  const { line, character } = editor.selection.active;
  const answer = await server.command("nnc.why", [document.uri.toString(), { line, character }]);
  if (answer === undefined) return;
  if (answer === null) {
    window.showInformationMessage("Here is no value with a shape, or its model has errors.");
    return;
  }
  const items = answer.steps.map(({ text, shape, rule, location }) => ({
    ...{ label: shape, description: text, detail: rule, location },
  }));
  const chosen = await window.showQuickPick(items, {
    title: "Why this shape? From the input down",
    placeHolder: "Choose a step to go to its place",
    matchOnDescription: true,
  });
  if (chosen === undefined) return;
  const { uri, range } = chosen.location;
  const selection = new Range(range.start.line, range.start.character, range.end.line, range.end.character);
  await window.showTextDocument(Uri.parse(uri), { selection });
}

export async function activate(context) {
  const { extensionUri } = context;
  const bundled = join(extensionUri.fsPath, "server", "dist", "cli", "main.js");
  const choose = () =>
    chosenProgram({
      setting: workspace.getConfiguration("nnc").get("path", ""),
      folders: (workspace.workspaceFolders ?? [])
        .filter(({ uri }) => uri.scheme === "file")
        .map(({ uri }) => uri.fsPath),
      trusted: workspace.isTrusted,
      bundled,
    });
  server = serverWith(choose);
  const trainings = trainingsWith({ choose, extensionUri });
  const networks = networksWith({
    ask: (uri, model) => server.command("nnc.graph", model === undefined ? [uri] : [uri, model]),
  });
  const train = async (uri, model) => {
    const file = await savedFile(uri);
    if (file !== undefined) trainings.show(file, typeof model === "string" ? model : undefined);
  };
  const showNetwork = async (uri, model) => {
    const document = await documentOf(uri);
    if (document !== undefined)
      await networks.show(document.uri.toString(), typeof model === "string" ? model : undefined);
  };
  context.subscriptions.push(
    server.status,
    trainings,
    commands.registerCommand("nnc.restart", () => server.restart()),
    commands.registerCommand("nnc.train", train),
    commands.registerCommand("nnc.compile", (uri) => compile(choose, uri)),
    commands.registerCommand("nnc.showNetwork", showNetwork),
    commands.registerCommand("nnc.whyThisShape", why),
    workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    workspace.onDidChangeConfiguration((event) =>
      event.affectsConfiguration("nnc.path") ? server.restart() : undefined,
    ),
  );
  await server.start();
}

export const deactivate = () => server?.stop();
