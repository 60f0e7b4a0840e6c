// The ways in which `nnc train` ends early: each except kill -9 saves the file of `--save` and returns the usual exit code;
// and no trainer outlives nnc.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSafetensors } from "../../src/runtime/core/formats/safetensors.ts";
import { nnc, program, root, small, temporaryFolder } from "../support/nnc.ts";

const endless = ["--epochs", "1000000", "--save", "w.safetensors"];
const whole = (cwd: string): number => readSafetensors(readFileSync(join(cwd, "w.safetensors")), "w").tensors.size;

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s: saved, and %i", async (signal, code) => {
  const cwd = temporaryFolder();
  let sent = false;
  const ended = await nnc(["train", program(small), ...endless], {
    cwd,
    onOutput(said, child) {
      if (sent || !said.includes("epoch 1/")) return;
      sent = true;
      child.kill(signal);
    },
  });
  expect({ code: ended.code, files: readdirSync(cwd) }).toEqual({ code, files: ["w.safetensors"] });
  expect(ended.stderr).toMatch(/interrupted in epoch \d+, after step \d+\n$/);
  expect(whole(cwd)).toBe(4);
});

/** Starts nnc in a group of its own, and gives its training time to begin. */
async function training(cwd: string) {
  const args = [join(root, "dist/cli/main.js"), "train", program(small), ...endless];
  const temporary = temporaryFolder();
  const child = spawn(process.execPath, args, {
    cwd,
    detached: true,
    env: { PATH: process.env.PATH ?? "", TMPDIR: temporary },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<number | null>((settle) => child.once("exit", settle));
  let said = "";
  await new Promise<void>((begun) =>
    child.stderr.on("data", (data) => {
      said += data;
      if (said.includes("epoch 1/")) begun();
    }),
  );
  /** Whoever holds the other end of stderr has ended. */
  const allEnded = new Promise<void>((settle) => child.stderr.once("close", settle));
  return { pid: child.pid!, ended, allEnded, temporary };
}

test("a signal to the whole group, as a terminal sends it, is one signal", async () => {
  const cwd = temporaryFolder();
  const { pid, ended, allEnded } = await training(cwd);
  process.kill(-pid, "SIGINT");
  expect(await ended).toBe(130);
  await allEnded;
  expect(whole(cwd)).toBe(4);
});

test("kill -9 of nnc: the trainer saves and ends too, and no folder is left", async () => {
  const cwd = temporaryFolder();
  const { pid, allEnded, temporary } = await training(cwd);
  process.kill(pid, "SIGKILL");
  await allEnded;
  expect(existsSync(join(cwd, "w.safetensors"))).toBe(true);
  expect(whole(cwd)).toBe(4);
  // Newer versions of Node keep compiled code in a folder of their own.
  expect(readdirSync(temporary).filter((name) => name !== "node-compile-cache")).toEqual([]);
});
