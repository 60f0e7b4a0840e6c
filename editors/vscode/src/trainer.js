// A training as a process: runs `nnc train --json` and hands on each event. Knows nothing of VS Code.

import { spawn } from "node:child_process";
import { processOf } from "./program.js";

/** Calls `hear` with each whole line. */
export function linesOf(hear) {
  let rest = "";
  return (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.trim() !== "") hear(line);
  };
}

const parsed = (line) => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Starts a training; `hear` gets each event, and in the end `{ event: "ended", code }`. Returns what ends it. */
export function startTraining({ program, file, model, more, folder, hear, log }) {
  const args = ["train", file, "--json", ...(model === undefined ? [] : ["--model", model]), ...more];
  const { command, args: all, env, shell } = processOf(program, args);
  log(`${command} ${all.join(" ")}\n`);
  const child = spawn(command, all, { cwd: folder, env: { ...process.env, ...env, NO_COLOR: "1" }, shell });
  const messages = [];
  child.stdout.setEncoding("utf8").on(
    "data",
    linesOf((line) => {
      const event = parsed(line);
      if (event === undefined) log(`${line}\n`);
      else hear(event);
    }),
  );
  child.stderr.setEncoding("utf8").on("data", (text) => {
    log(text);
    messages.push(text);
  });
  let ended = false;
  const end = (code, problem) => {
    if (ended) return;
    ended = true;
    const said = messages.join("").trim().split("\n").slice(-12).join("\n");
    hear({ event: "ended", code, message: problem ?? (code === 0 ? "" : said) });
  };
  child.on("error", (error) => end(3, error.message));
  child.on("close", (code) => end(code ?? 130));
  return {
    /** The trainer saves what it was asked to save, and ends. */
    stop: () => child.kill("SIGINT"),
  };
}
