// An editor for measurements: it starts `nnc lsp` and speaks the protocol, but reads no more of an answer than its length and its id.

import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
export const folder = mkdtempSync(join(tmpdir(), "nnc-editor-"));

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

/** Starts a server. `longest` is the longest time, in milliseconds, in which its first thread took no other message. */
export function startEditor() {
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
