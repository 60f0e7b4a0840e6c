// Measures `nnc lsp` as an editor meets it.
//   node bench/editor.mjs [--keys 200]
// prints how long people wait: for a start, a check, and the answers after a key, in programs of 500 and 5,000 lines.
//   node bench/editor.mjs --pauses [--only TEXT] [--rounds 1]
// prints, for each text of tests/support/largeTexts.ts and each request, the longest time in which the server's first thread
// took no other message, the longest first.

import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { withRoomInside } from "../scripts/spreads.mjs";
import { folder, root, startEditor } from "./editorClient.mjs";

const { values: options } = parseArgs({
  options: {
    keys: { type: "string", default: "200" },
    pauses: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "1" },
  },
});

/** Imports TypeScript, bundled as the command is. */
async function imported(path) {
  const outfile = join(folder, `${path.split("/").at(-1)}.mjs`);
  const banner = {
    js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
  };
  const how = { bundle: true, platform: "node", format: "esm", logLevel: "error", banner, plugins: [withRoomInside] };
  await build({ entryPoints: [join(root, path)], outfile, ...how });
  return import(outfile);
}

/** Returns the value below which a share of the times lies. */
const share = (times, part) => times.toSorted((a, b) => a - b)[Math.ceil(times.length * part) - 1];

const rows = [];
function tell(what, times, goal) {
  const ms = (value) => value.toFixed(1).padStart(9);
  rows.push(`${what.padEnd(52)} ${ms(share(times, 0.5))} ${ms(share(times, 0.95))} ${String(goal).padStart(7)}`);
}

async function timed(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The letters of a layer, typed before `mark` in the middle of a text, and deleted again: [offset, how many go, what comes]. */
function* keysIn(text, count) {
  const at = text.indexOf("  Dense(32, relu)", text.length / 2);
  const letters = [..."  Dense(16, relu)\n"];
  for (let i = 0; i < count; i++) {
    const step = i % (2 * letters.length);
    if (step < letters.length) yield { at: at + step, gone: 0, text: letters[step] };
    else yield { at: at + 2 * letters.length - step - 1, gone: 1, text: "" };
  }
}
const after = (text, key) => text.slice(0, key.at) + key.text + text.slice(key.at + key.gone);

/** Checks alone, without a server. */
async function measureChecks(lines, keys, goals) {
  const { openProgram, newMemory } = await imported("src/ide/index.ts");
  const { ordinaryText } = await imported("tests/support/ordinaryText.ts");
  let text = ordinaryText(lines);
  const open = (memory) => openProgram({ entry: "a.nn", texts: new Map([["a.nn", text]]) }, memory);
  const fresh = [];
  for (let i = 0; i < keys; i++) fresh.push(await timed(() => open()));
  tell(`${lines} lines: the first check of a process`, [fresh[0]], "");
  tell(`${lines} lines: parse and check everything`, fresh.slice(Math.ceil(keys / 4)), goals.fresh);
  const memory = newMemory();
  open(memory);
  const again = [];
  for (const key of keysIn(text, keys)) {
    text = after(text, key);
    again.push(await timed(() => open(memory)));
  }
  tell(`${lines} lines: parse and check after a key`, again.slice(Math.ceil(keys / 4)), goals.key);
}

/** A start of the server until it has answered the first request. */
async function measureStart(text) {
  const times = [];
  for (let i = 0; i < 10; i++)
    times.push(
      await timed(async () => {
        const editor = startEditor();
        await editor.ask("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
        editor.tell("initialized", {});
        const uri = `file://${folder}/a.nn`;
        editor.tell("textDocument/didOpen", { textDocument: { uri, languageId: "nn", version: 1, text } });
        await editor.diagnostics();
        editor.server.kill();
      }),
    );
  tell("from the start to the first diagnostics, 500 lines", times, 300);
}

/** The resident memory of a process, in MB. */
const memoryOf = ({ pid }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

async function measureServer(lines, text, keys, goals) {
  const editor = startEditor();
  await editor.ask("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  editor.tell("initialized", {});
  const uri = `file://${folder}/a.nn`;
  const textDocument = { uri };
  editor.tell("textDocument/didOpen", { textDocument: { uri, languageId: "nn", version: 1, text } });
  await editor.diagnostics();
  const times = { diagnostics: [], completion: [], hover: [], formatting: [] };
  let version = 1;
  let now = text;
  const requests = {
    completion: (position) => editor.ask("textDocument/completion", { textDocument, position }),
    hover: (position) => editor.ask("textDocument/hover", { textDocument, position: { ...position, character: 4 } }),
    formatting: () =>
      editor.ask("textDocument/formatting", { textDocument, options: { tabSize: 2, insertSpaces: true } }),
  };
  const names = ["diagnostics", ...Object.keys(requests)];
  let turn = 0;
  for (const key of keysIn(text, keys * names.length)) {
    const lineOf = (offset) => now.slice(0, offset).split("\n").length - 1;
    const position = (offset) => ({
      line: lineOf(offset),
      character: offset - (now.lastIndexOf("\n", offset - 1) + 1),
    });
    const range = { start: position(key.at), end: position(key.at + key.gone) };
    now = after(now, key);
    const told = editor.diagnostics();
    const start = performance.now();
    const contentChanges = [{ range, text: key.text }];
    editor.tell("textDocument/didChange", { textDocument: { uri, version: ++version }, contentChanges });
    const name = names[turn++ % names.length];
    // The request follows the key at once, as an editor sends it: its answer needs the new check.
    if (name !== "diagnostics") times[name].push(await timed(() => requests[name](position(key.at + key.text.length))));
    await told;
    if (name === "diagnostics") times.diagnostics.push(performance.now() - start);
  }
  const skipped = Math.ceil(keys / 4);
  for (const name of names) tell(`${lines} lines: ${name} after a key`, times[name].slice(skipped), goals[name] ?? "");
  const megabytes = memoryOf(editor.server);
  rows.push(
    `${`${lines} lines: memory of the server, MB`.padEnd(52)} ${megabytes.toFixed(1).padStart(19)} ${String(goals.memory).padStart(7)}`,
  );
  await editor.ask("shutdown", null);
  editor.tell("exit");
}

async function measureWaiting() {
  const keys = Number(options.keys);
  const { ordinaryText } = await imported("tests/support/ordinaryText.ts");
  await measureChecks(500, keys, { fresh: 15, key: 15 });
  await measureChecks(5000, Math.ceil(keys / 4), { fresh: 300, key: 30 });
  await measureStart(ordinaryText(500));
  const goals = { diagnostics: 50, completion: 30, hover: 20, formatting: 30, memory: 150 };
  await measureServer(500, ordinaryText(500), keys, goals);
  await measureServer(5000, ordinaryText(5000), Math.ceil(keys / 4), { memory: "" });
  console.log(`${"milliseconds".padEnd(52)} ${"half".padStart(9)} ${"95 of 100".padStart(9)} ${"goal".padStart(7)}`);
  for (const row of rows) console.log(row);
}

async function texts() {
  const { largeTexts, costlyTexts } = await imported("tests/support/largeTexts.ts");
  // Of the largest, many have too many words to be read.
  const large = Object.entries(largeTexts).flatMap(([name, make]) => [
    [name, make()],
    [`${name}, 500 KB`, make(500_000)],
  ]);
  const all = [...large, ...Object.entries(costlyTexts)];
  return all.filter(([name]) => name.includes(options.only));
}

const pauses = [];
async function measurePauses(editor, name, text) {
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
    pauses.push({ name, request, longest: await editor.longest(), seconds, bytes });
  }
}

async function measureAllPauses() {
  const editor = startEditor();
  await editor.ask("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  editor.tell("initialized", {});
  for (const [name, text] of await texts())
    for (let round = 0; round < Number(options.rounds); round++) await measurePauses(editor, name, text);
  await editor.ask("shutdown", null);
  editor.tell("exit");
  const least = new Map();
  for (const row of pauses) {
    const key = `${row.name}\n${row.request}`;
    if (!(least.get(key)?.longest <= row.longest)) least.set(key, row);
  }
  console.log("longest ms   answer s      bytes  request      text");
  for (const { name, request, longest, seconds, bytes } of [...least.values()].sort((a, b) => b.longest - a.longest)) {
    const figures = [longest.toFixed(1).padStart(10), seconds.toFixed(2).padStart(10), String(bytes).padStart(10)];
    console.log(`${figures.join(" ")}  ${request.padEnd(12)} ${name}`);
  }
}

try {
  await (options.pauses ? measureAllPauses() : measureWaiting());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
