// Starts the built nnc as a person does. `npm test` builds first; without a build the tests say so.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const main = join(root, "dist/cli/main.js");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with what stderr and stdout said so far. */
  readonly onOutput?: (said: string, child: ChildProcess) => void;
}

/** Runs nnc to its end. An empty cache folder of the test's own keeps runs apart from the person's files. */
export function nnc(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  if (!existsSync(main)) throw new Error("dist/cli/main.js is missing: run `npm run build` first (npm test does)");
  return node([main, ...args], options);
}

/** Runs Node to its end, with the same folders. */
export function node(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, [...args], {
    cwd: options.cwd ?? root,
    env: { PATH: process.env.PATH ?? "", HOME: cache, XDG_CACHE_HOME: cache, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const heard = (): void => options.onOutput?.(stdout + stderr, child);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    heard();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    heard();
  });
  return new Promise((settle, fail) => {
    child.once("error", fail);
    child.once("close", (code) => settle({ code, stdout, stderr }));
  });
}

/** A new empty folder. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "nnc-test-"));
const cache = temporaryFolder();

/** Writes a program into a folder of its own and returns its path. */
export function program(text: string | Uint8Array, name = "program.nn"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

export const small = `dataset Digits {
  source digits(train: 600, test: 100)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
}

model Small(image: f32[28, 28, 1]) {
  Conv2D(4, 3x3, strides: 2, activation: relu)
  Flatten()
  Dense(10, softmax)
}

train Small on Digits {
  loss      categorical_crossentropy
  optimizer adam()
  metrics   accuracy
  epochs    1
  batch     32
}
`;
