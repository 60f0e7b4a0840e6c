// Pages in panels. Nothing in them may run or load but what the extension has in media/, with a number used once.

import { randomBytes } from "node:crypto";
import { Uri } from "vscode";

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The text of a page, whose script makes all that it shows. */
export function pageOf(webview, extensionUri, { title, name }) {
  const nonce = randomBytes(16).toString("base64");
  const media = (file) => webview.asWebviewUri(Uri.joinPath(extensionUri, "media", file));
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(String(media(`${name}.css`)))}">
</head>
<body>
<script nonce="${nonce}" src="${escaped(String(media(`${name}.js`)))}"></script>
</body>
</html>`;
}

/** What a panel may do: scripts of the extension's own folder alone. */
export const panelOptions = (extensionUri) => ({
  enableScripts: true,
  localResourceRoots: [Uri.joinPath(extensionUri, "media")],
});
