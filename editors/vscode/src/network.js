// The picture of a network in a panel. The server makes the page, which asks for nothing from anywhere, as its own policy says; the panel
// follows the text.

import { ViewColumn, window, workspace } from "vscode";

/** The milliseconds between a key and the next picture. */
const pause = 400;

/** `ask` asks the server for `{ model, html }`: null where a model has errors, undefined where nothing answers. */
export function networksWith({ ask }) {
  async function show(uri, model) {
    const first = await ask(uri, model);
    if (first === undefined) return;
    if (first === null) {
      window.showInformationMessage("There is no network to show: the file has no model without errors.");
      return;
    }
    const title = `Network ${first.model}`;
    const options = { enableScripts: true, localResourceRoots: [] };
    const panel = window.createWebviewPanel("nnc.network", title, ViewColumn.Beside, options);
    let shown;
    const draw = ({ html }) => {
      // The same picture again would only fold what a person has unfolded.
      if (html !== shown) panel.webview.html = html;
      shown = html;
    };
    draw(first);
    let waiting;
    let closed = false;
    const follow = workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId !== "nn") return;
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        // A request that the next key overtakes fails; a text with mistakes keeps the last picture.
        const next = await ask(uri, model ?? first.model).catch(() => null);
        if (next && !closed) draw(next);
      }, pause);
    });
    panel.onDidDispose(() => {
      closed = true;
      clearTimeout(waiting);
      follow.dispose();
    });
  }
  return { show };
}
