// Keeps V8's compiled code of the bundles (scripts/bundles.mjs) for this version of Node, beside them: it uses the command as people
// do, and a hook (scripts/keptCodeHook.cjs) writes what V8 has compiled for that.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const program = `/// Pictures of digits.
dataset Digits {
  source digits()
  input  image: f32[8, 8, 1] = pixels / 16
  target digit: class(10) = label
  split  train 80%, validation 10%, test 10%
}
block Unit(x: f32[h, w, c], filters: int) {
  x -> Conv2D(filters, 3x3, padding: same, use_bias: false) -> BatchNormalization() -> relu
}
model Net(image: f32[8, 8, 1]) {
  let start = image -> Unit(16)
  start -> Unit(16) -> MaxPooling2D() -> Dropout(0.2) -> Flatten()
  Dense(10, softmax)
}
train Net on Digits {
  loss      categorical_crossentropy
  optimizer adam(1e-3)
  metrics   accuracy
  epochs    5
  batch     64
}
`;

/** Keeps the code of the bundles in `root`/dist/cli. From Node 22.8 on Node does so itself, where it runs. */
export async function keepCode(root) {
  if ("enableCompileCache" in module) return;
  const { keptPath } = await import(pathToFileURL(join(root, "dist/host/bundle.js")).href);
  const folder = mkdtempSync(join(tmpdir(), "nnc-code-"));
  const main = join(root, "dist/cli/main.js");
  const nnc = join(root, "dist/cli/nnc.cjs");
  const checks = join(root, "dist/cli/checks.cjs");
  const nodeArguments = ["--require", join(root, "scripts/keptCodeHook.cjs"), main];
  const options = (places) => ({ cwd: root, env: { ...process.env, NNC_KEPT_CODE: JSON.stringify(places) } });
  try {
    for (const [use, ...args] of [
      ["check", "models/digits.nn", "models/unet.nn"],
      ["compile", "models/digits.nn", "--out", join(folder, "digits")],
    ]) {
      const how = { ...options({ "nnc.cjs": keptPath(nnc, use) }), encoding: "utf8" };
      const ran = spawnSync(execPath, [...nodeArguments, use, ...args], how);
      if (ran.status !== 0) throw new Error(`nnc ${use} failed while its code was to be kept\n${ran.stderr}`);
    }
    const places = { "nnc.cjs": keptPath(nnc, "lsp"), "checks.cjs": keptPath(checks, "lsp") };
    const server = spawn(execPath, [...nodeArguments, "lsp"], {
      ...options(places),
      stdio: ["pipe", "pipe", "inherit"],
    });
    await useServer(server, places["checks.cjs"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Uses a language server, until the code of its thread for checks is in the file. */
async function useServer(server, file) {
  const ended = new Promise((settle) => server.once("close", settle));
  const waiting = new Map();
  let text = "";
  server.stdout.setEncoding("utf8").on("data", (data) => {
    text += data;
    // Whatever else comes, the last answer has the highest id.
    for (const [id, settle] of waiting) if (text.includes(`"id":${id}`)) settle();
  });
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  let ids = 100;
  const ask = (method, params) => {
    const id = ids++;
    const answered = new Promise((settle) => waiting.set(id, settle));
    send({ id, method, params });
    return Promise.race([answered, ended.then(() => Promise.reject(new Error("nnc lsp ended")))]);
  };
  await ask("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  send({ method: "initialized", params: {} });
  const textDocument = { uri: "file:///nnc/a.nn" };
  send({
    method: "textDocument/didOpen",
    params: { textDocument: { ...textDocument, languageId: "nn", version: 1, text: program } },
  });
  const position = { line: 11, character: 12 };
  for (const method of ["hover", "completion", "documentSymbol"])
    await ask(`textDocument/${method}`, { textDocument, position });
  const contentChanges = [{ range: { start: position, end: position }, text: " " }];
  send({ method: "textDocument/didChange", params: { textDocument: { ...textDocument, version: 2 }, contentChanges } });
  await ask("textDocument/formatting", { textDocument, options: { tabSize: 2, insertSpaces: true } });
  await ask("textDocument/hover", { textDocument, position });
  const answered = Date.now();
  for (const until = answered + 60_000; !existsSync(file) || statSync(file).mtimeMs < answered; await pause(50))
    if (Date.now() > until) throw new Error(`nobody wrote ${file}`);
  await ask("shutdown", null);
  send({ method: "exit" });
  if ((await ended) !== 0) throw new Error("nnc lsp failed");
}
