// The panel of a training in VS Code, as a page of a real browser under the panel's own policy: it draws what `nnc train --json` says, takes
// every text as text, and loads nothing but its own two files. First argument: the browser.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const browser = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "nnc-panel-"));
const media = join(root, "editors/vscode/media");

// What the extension makes of a page, with a stand-in for the editor.
const vscode = "export const Uri = { joinPath: (base, ...parts) => [base, ...parts].join('/') };";
writeFileSync(join(folder, "vscode.mjs"), vscode);
await build({
  entryPoints: [join(root, "editors/vscode/src/page.js")],
  outfile: join(folder, "page.mjs"),
  bundle: true,
  platform: "node",
  format: "esm",
  alias: { vscode: join(folder, "vscode.mjs") },
});
const { pageOf } = await import(pathToFileURL(join(folder, "page.mjs")).href);

const evil = '<img src="/stolen" onerror="document.title=1">';
const epoch = (number, loss) => ({
  ...{ event: "epoch", epoch: number, epochs: 3, samplesPerSecond: 1234.5 },
  metrics: { loss, accuracy: 1 - loss / 4, [evil]: 1, each_class: [1, 2], broken: Number.NaN },
  validation: { loss: loss + 0.1 },
});
const events = [
  { event: "begin", title: `Train ${evil}` },
  {
    event: "start",
    model: "Net",
    dataset: evil,
    target: "wasm",
    threads: 2,
    parameters: 7850,
    examples: { train: 1000 },
  },
  ...[epoch(1, 2), epoch(2, 1), epoch(3, 0.5)],
  { event: "test", metrics: { accuracy: 0.875, each_class: [0.5, 1] } },
  { event: "ended", code: 0, message: "" },
];
const host = `const acquireVsCodeApi = () => ({
  postMessage: (message) => message === "ready" && setTimeout(() => postMessage(${JSON.stringify(events).replaceAll("<", "\\u003c")}, "*")),
});\n`;

const asked = [];
const server = createServer(({ url }, response) => {
  asked.push(url);
  if (url === "/media/training.js")
    response.setHeader("content-type", "text/javascript").end(host + readFileSync(join(media, "training.js"), "utf8"));
  else if (url === "/media/training.css")
    response.setHeader("content-type", "text/css").end(readFileSync(join(media, "training.css")));
  else if (url === "/") response.setHeader("content-type", "text/html; charset=utf-8").end(page);
  else response.writeHead(404).end();
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;
const webview = { cspSource: origin, asWebviewUri: (path) => path };
const page = pageOf(webview, origin, { title: `Train ${evil}`, name: "training" });

const options = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${join(folder, "profile")}`];
const { dom, problem } = await new Promise((settle) => {
  // The server answers meanwhile, so this may not wait for the browser.
  const child = spawn(browser, [...options, "--dump-dom", "--virtual-time-budget=8000", `${origin}/`], {
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 120_000,
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    text += piece;
  });
  child.on("error", (error) => settle({ dom: "", problem: error.message }));
  child.on("close", () => settle({ dom: text }));
});
server.close();
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

const count = (pattern) => [...dom.matchAll(pattern)].length;
const expected = [
  ["has a chart of each metric that is a number", count(/<figure>/g) === 3],
  ["draws curves of training and validation", count(/<polyline class="train" points="(?:[\d.]+,[\d.]+ ?){3}"/g) === 3],
  ["and only of what there is", count(/<polyline class="validation"/g) === 1],
  ["says how it ended", dom.includes("Trained. Epoch 3 of 3, 1,235 examples/s")],
  ["shows the results of the test", dom.includes("<td>test accuracy</td>") && dom.includes("[0.5,1]")],
  ["takes texts as texts", !dom.includes("<img") && dom.includes("<h1>Train &lt;img")],
  [
    "loads nothing else",
    asked.every((url) => ["/", "/media/training.js", "/media/training.css", "/favicon.ico"].includes(url)),
  ],
];
for (const [name, holds] of expected) console.log(`${holds ? "pass" : "fail"}: the panel of a training ${name}`);
if (expected.some(([, holds]) => !holds)) {
  console.log(problem ?? `asked for ${asked.join(" ")}\n${dom.slice(0, 6000)}`);
  process.exitCode = 1;
}
