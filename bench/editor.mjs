// Measures how long `nnc lsp` keeps an editor waiting: for each text of tests/support/largeTexts.ts, and each request, the
// longest time in which the server's first thread took no other message. Prints a table, the longest first.
//   node bench/editor.mjs [--only TEXT] [--rounds 1]

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values: options } = parseArgs({
  options: { only: { type: "string", default: "" }, rounds: { type: "string", default: "1" } },
});
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "nnc-editor-"));

// Runs in the server's first thread: tells the longest pause between two turns of a timer since the last question.
const watcher = join(folder, "watcher.cjs");
writeFileSync(
  watcher,
  `if (require("node:worker_threads").isMainThread) {
    const channel = new (require("node:net").Socket)({ fd: 3, readable: true, writable: true });
    let [last, longest] = [performance.now(), 0];
    const turn = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    };
    setInterval(turn, 1).unref();
    channel.on("data", () => {
      turn();
      channel.write(longest.toFixed(1) + "\\n");
      longest = 0;
    }).unref();
  }`,
);

/** Speaks the protocol, but reads no more of an answer than its length and its id. */
function startEditor() {
  const server = spawn(process.execPath, ["--require", watcher, join(root, "dist/cli/main.js"), "lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "inherit", "pipe"],
  });
  const waiting = new Map();
  let parts = [];
  let held = 0;
  let wanted;
  server.stdout.on("data", (data) => {
    parts.push(data);
    held += data.length;
    for (;;) {
      if (wanted !== undefined && held < wanted) return;
      const all = Buffer.concat(parts);
      const head = all.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(all.toString("latin1", 0, head))[1]);
      wanted = head + 4 + length;
      if (held < wanted) {
        parts = [all];
        return;
      }
      const body = all.subarray(head + 4, wanted);
      parts = [all.subarray(wanted)];
      held -= wanted;
      wanted = undefined;
      const start = body.toString("utf8", 0, 200);
      const key = /publishDiagnostics/.test(start) ? "diagnostics" : Number(/"id":(\d+)/.exec(start)?.[1]);
      waiting.get(key)?.(body.length);
      waiting.delete(key);
    }
  });
  const send = (message) => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  let ids = 0;
  return {
    server,
    tell: (method, params) => send({ method, params }),
    ask: (method, params) =>
      new Promise((settle) => {
        waiting.set(++ids, settle);
        send({ id: ids, method, params });
      }),
    diagnostics: () => new Promise((settle) => waiting.set("diagnostics", settle)),
    longest: () =>
      new Promise((settle) => {
        server.stdio[3].once("data", (data) => settle(Number(data)));
        server.stdio[3].write("?");
      }),
  };
}

async function texts() {
  const outfile = join(folder, "texts.mjs");
  await build({ entryPoints: [join(root, "tests/support/largeTexts.ts")], outfile, format: "esm", logLevel: "error" });
  const { largeTexts, costlyTexts } = await import(outfile);
  // Of the largest, many have too many words to be read.
  const large = Object.entries(largeTexts).flatMap(([name, make]) => [
    [name, make()],
    [`${name}, 500 KB`, make(500_000)],
  ]);
  const all = [...large, ...Object.entries(costlyTexts)];
  return all.filter(([name]) => name.includes(options.only));
}

const rows = [];
async function measure(editor, name, text) {
  const uri = `file://${folder}/a.nn`;
  const textDocument = { uri };
  const lines = text.split("\n");
  const position = { line: Math.min(1, lines.length - 1), character: 3 };
  const range = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };
  const requests = {
    open: () => {
      editor.tell("textDocument/didOpen", { textDocument: { uri, languageId: "nn", version: 1, text } });
      return editor.diagnostics();
    },
    hover: () => editor.ask("textDocument/hover", { textDocument, position }),
    definition: () => editor.ask("textDocument/definition", { textDocument, position }),
    completion: () => editor.ask("textDocument/completion", { textDocument, position }),
    "inlay hints": () => editor.ask("textDocument/inlayHint", { textDocument, range }),
    symbols: () => editor.ask("textDocument/documentSymbol", { textDocument }),
    formatting: () =>
      editor.ask("textDocument/formatting", { textDocument, options: { tabSize: 2, insertSpaces: true } }),
    fixes: () => editor.ask("textDocument/codeAction", { textDocument, range, context: { diagnostics: [] } }),
    "all fixes": () =>
      editor.ask("textDocument/codeAction", { textDocument, range, context: { diagnostics: [], only: ["source"] } }),
    typing: () => {
      editor.tell("textDocument/didChange", {
        textDocument: { uri, version: 2 },
        contentChanges: [{ range: { start: position, end: position }, text: " " }],
      });
      return editor.diagnostics();
    },
    closing: () => {
      editor.tell("textDocument/didClose", { textDocument });
      return editor.diagnostics();
    },
  };
  for (const [request, run] of Object.entries(requests)) {
    await editor.longest();
    const start = performance.now();
    const bytes = await run();
    const seconds = (performance.now() - start) / 1000;
    rows.push({ name, request, longest: await editor.longest(), seconds, bytes });
  }
}

try {
  const editor = startEditor();
  await editor.ask("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  editor.tell("initialized", {});
  for (const [name, text] of await texts())
    for (let round = 0; round < Number(options.rounds); round++) await measure(editor, name, text);
  await editor.ask("shutdown", null);
  editor.tell("exit");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const least = new Map();
for (const row of rows) {
  const key = `${row.name}\n${row.request}`;
  if (!(least.get(key)?.longest <= row.longest)) least.set(key, row);
}
console.log("longest ms   answer s      bytes  request      text");
for (const { name, request, longest, seconds, bytes } of [...least.values()].sort((a, b) => b.longest - a.longest)) {
  const figures = [longest.toFixed(1).padStart(10), seconds.toFixed(2).padStart(10), String(bytes).padStart(10)];
  console.log(`${figures.join(" ")}  ${request.padEnd(12)} ${name}`);
}
