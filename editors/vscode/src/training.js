// A training in a panel: passes what `nnc train --json` says to the page, which draws the curves.

import { basename, dirname } from "node:path";
import { ViewColumn, window, workspace } from "vscode";
import { pageOf, panelOptions } from "./page.js";
import { startTraining } from "./trainer.js";

/** `choose` says which nnc runs. */
export function trainingsWith({ choose, extensionUri }) {
  const output = window.createOutputChannel("nnc training");

  function show(file, model) {
    const title = `Train ${model ?? basename(file)}`;
    const panel = window.createWebviewPanel("nnc.training", title, ViewColumn.Beside, panelOptions(extensionUri));
    panel.webview.html = pageOf(panel.webview, extensionUri, { title, name: "training" });
    const folder = workspace.getWorkspaceFolder(fileUri(file))?.uri.fsPath ?? dirname(file);
    /** Everything so far: the page forgets while it is hidden. */
    const events = [];
    let running;
    const hear = (event) => {
      events.push(event);
      if (event.event === "ended") running = undefined;
      panel.webview.postMessage([event]);
    };
    const begin = () => {
      events.length = 0;
      events.push({ event: "begin", title });
      const more = workspace.getConfiguration("nnc", fileUri(file)).get("train.arguments", []).map(String);
      running = startTraining({
        ...{ program: choose(), file, model, more, folder, hear },
        log: (text) => output.append(text),
      });
    };
    panel.webview.onDidReceiveMessage((message) => {
      if (message === "ready") panel.webview.postMessage([...events]);
      else if (message === "stop") running?.stop();
      else if (message === "again" && running === undefined) {
        begin();
        panel.webview.postMessage([...events]);
      } else if (message === "log") output.show(true);
    });
    panel.onDidDispose(() => running?.stop());
    begin();
  }
  return { output, show };
}

const fileUri = (file) => workspace.textDocuments.find(({ uri }) => uri.fsPath === file)?.uri;
