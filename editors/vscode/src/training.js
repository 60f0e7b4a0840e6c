// A training in a panel: passes what `nnc train --json` says to the page, which draws the curves.

import { basename, dirname } from "node:path";
import { Uri, ViewColumn, window, workspace } from "vscode";
import { pageOf, panelOptions } from "./page.js";
import { startTraining } from "./trainer.js";

/** `choose` says which nnc runs. */
export function trainingsWith({ choose, extensionUri }) {
  const output = window.createOutputChannel("nnc training");
  /** What runs, so that nothing outlives the editor. */
  const running = new Set();
  let over = false;

  function show(file, model) {
    const title = `Train ${model ?? basename(file)}`;
    const panel = window.createWebviewPanel("nnc.training", title, ViewColumn.Beside, panelOptions(extensionUri));
    panel.webview.html = pageOf(panel.webview, extensionUri, { title, name: "training" });
    const uri = Uri.file(file);
    const folder = workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(file);
    /** Everything so far: the page forgets while it is hidden. */
    const events = [];
    let own;
    // The training ends a little after its panel.
    let closed = false;
    const hear = (event) => {
      events.push(event);
      if (event.event === "ended") {
        running.delete(own);
        own = undefined;
      }
      if (!closed) panel.webview.postMessage([event]);
    };
    const begin = () => {
      events.length = 0;
      events.push({ event: "begin", title });
      const more = workspace.getConfiguration("nnc", uri).get("train.arguments", []).map(String);
      own = startTraining({
        ...{ program: choose(), file, model, more, folder, hear },
        log: (text) => (over ? undefined : output.append(text)),
      });
      running.add(own);
    };
    panel.webview.onDidReceiveMessage((message) => {
      if (message === "ready") panel.webview.postMessage([...events]);
      else if (message === "stop") own?.stop();
      else if (message === "again" && own === undefined) {
        begin();
        panel.webview.postMessage([...events]);
      } else if (message === "log") output.show(true);
    });
    panel.onDidDispose(() => {
      closed = true;
      own?.stop();
    });
    begin();
  }
  const dispose = () => {
    over = true;
    for (const one of running) one.stop();
    output.dispose();
  };
  return { show, dispose };
}
