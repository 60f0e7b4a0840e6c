// An editor in a page, CodeMirror with the language and with nnc itself, in a real browser: it colours, finds mistakes and mends them,
// completes, and tells of a layer under the pointer. The page sends what it found back to this server. First argument: the browser.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const browser = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "nnc-codemirror-"));

const PAGE = `
import { completionStatus, currentCompletions, startCompletion } from "@codemirror/autocomplete";
import { syntaxHighlighting } from "@codemirror/language";
import { forceLinting, forEachDiagnostic } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { nn, nnChecker } from "./editors/codemirror/index.js";
import * as ide from "nnc/ide";

const tell = (result) => fetch("/result", { method: "POST", body: JSON.stringify(result) });
const until = async (holds, what) => {
  for (let i = 0; i < 400; i++) {
    const found = holds();
    if (found) return found;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error("waited in vain for " + what);
};
const doc = 'import "sizes.nn"\\nmodel M(image: f32[28, 28, 1]) {\\n  Conv2d(8, 3x3, relu)\\n  Flatten()\\n  Dense(classes)\\n}\\n';
const texts = () => new Map([["sizes.nn", "const classes = 10\\n"]]);

async function run() {
  const extensions = [nn(), syntaxHighlighting(classHighlighter), nnChecker({ ide, texts, delay: 0 })];
  const view = new EditorView({ doc, parent: document.body, extensions });
  const diagnostics = () => {
    const found = [];
    forEachDiagnostic(view.state, (one, from, to) => found.push({ ...one, text: view.state.sliceDoc(from, to) }));
    return found;
  };
  const keywords = [...view.dom.querySelectorAll(".tok-keyword")].map((one) => one.textContent);
  forceLinting(view);
  const [mistake] = await until(() => diagnostics().length > 0 && diagnostics(), "a mistake");
  mistake.actions[0].apply(view, mistake.from, mistake.to);
  const mended = view.state.doc.line(3).text;
  forceLinting(view);
  await until(() => diagnostics().length === 0, "no mistake");
  view.focus();
  const at = view.state.doc.line(4).from;
  view.dispatch({ changes: { from: at, insert: "  MaxP\\n" }, selection: { anchor: at + 6 } });
  startCompletion(view);
  await until(() => completionStatus(view.state) === "active", "completions");
  const offers = currentCompletions(view.state).map(({ label }) => label);
  const place = view.coordsAtPos(view.state.doc.line(3).from + 4);
  const moved = { clientX: place.left + 1, clientY: (place.top + place.bottom) / 2, bubbles: true };
  view.contentDOM.dispatchEvent(new MouseEvent("mousemove", moved));
  const hover = await until(() => view.dom.querySelector(".cm-nn-hover") ?? document.querySelector(".cm-nn-hover"), "a hover");
  return { keywords, mistake: { source: mistake.source, text: mistake.text }, mended, offers, hover: hover.textContent };
}
run().then(tell, (error) => tell({ error: String(error?.stack ?? error) }));
`;

const bundled = await build({
  stdin: { contents: PAGE, resolveDir: root },
  bundle: true,
  write: false,
  minify: true,
  format: "esm",
  platform: "browser",
});
const [{ text: script }] = bundled.outputFiles;

let settle;
const result = new Promise((resolve) => {
  settle = resolve;
});
const server = createServer((request, response) => {
  if (request.method === "POST") {
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () => {
      response.end();
      settle(JSON.parse(body));
    });
  } else if (request.url === "/page.js") response.setHeader("content-type", "text/javascript").end(script);
  else
    response
      .setHeader("content-type", "text/html; charset=utf-8")
      .end('<!doctype html><title>nnc</title><script type="module" src="/page.js"></script>');
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const options = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${folder}`];
const child = spawn(browser, [...options, `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore" });
const late = setTimeout(() => settle({ error: "the page did not answer within 120 s" }), 120_000);
const found = await result;
clearTimeout(late);
const ended = new Promise((resolve) => child.once("exit", resolve));
child.kill();
await ended;
server.close();
// What the browser started may still write for a moment.
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

const expected = [
  ["colours", found.keywords?.join(" ") === "import model"],
  ["finds a mistake", found.mistake?.source === "nnc NN002" && found.mistake?.text === "Conv2d"],
  ["mends it", found.mended === "  Conv2D(8, 3x3, relu)"],
  ["completes", found.offers?.[0] === "MaxPooling2D"],
  ["tells of a layer", found.hover?.includes("28 × 28 × 1 → 26 × 26 × 8") === true],
];
for (const [name, holds] of expected) console.log(`${holds ? "pass" : "fail"}: an editor in a page ${name}`);
if (expected.some(([, holds]) => !holds)) {
  console.log(JSON.stringify(found, null, 2).slice(0, 4000));
  process.exitCode = 1;
} else console.log(`  CodeMirror and nnc are ${(script.length / 1e6).toFixed(2)} MB of script`);
