// The picture of a network in a panel. The server draws it; the panel follows the text.

import { ViewColumn, window, workspace } from "vscode";
import { pageOf, panelOptions } from "./page.js";

/** The milliseconds between a key and the next picture. */
const pause = 400;

/** `ask` asks the server for `{ svg }` of a model. */
export function networksWith({ ask, extensionUri }) {
  async function show(uri, model) {
    const first = await ask(uri, model);
    if (first === undefined) return;
    if (!first?.svg) {
      window.showInformationMessage("There is no network to show: the file has no model without errors.");
      return;
    }
    const title = `Network ${model ?? ""}`.trim();
    const panel = window.createWebviewPanel("nnc.network", title, ViewColumn.Beside, panelOptions(extensionUri));
    const draw = ({ svg }) => {
      panel.webview.html = pageOf(panel.webview, extensionUri, {
        title,
        name: "network",
        body: svg,
        inlineStyles: true,
      });
    };
    draw(first);
    let waiting;
    const follow = workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId !== "nn") return;
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const next = await ask(uri, model);
        // A text with mistakes keeps the last picture.
        if (next?.svg) draw(next);
      }, pause);
    });
    panel.onDidDispose(() => {
      clearTimeout(waiting);
      follow.dispose();
    });
  }
  return { show };
}
