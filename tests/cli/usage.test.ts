// Help, versions, wrong usage and exit codes, before nnc reads any program.

import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { terminalOptions } from "../../src/cli/output.ts";
import { nnc, program, root, small } from "../support/nnc.ts";

const commands = ["check", "compile", "train", "export", "summary", "explain", "why", "fmt", "lsp"];

describe("help", () => {
  test("nnc --help names all commands, examples and exit codes", async () => {
    const { code, stdout, stderr } = await nnc(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
    expect(stdout).toContain("Examples:");
    expect(stdout).toContain("130");
  });
  test.each(commands)("nnc %s --help has examples", async (command) => {
    const { code, stdout } = await nnc([command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`  nnc ${command}`);
  });
  test("--version", async () => {
    const { code, stdout } = await nnc(["--version"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^nnc \d+\.\d+\.\d+\n$/);
  });
});

describe("wrong usage ends with 2 and one message", () => {
  const file = program(small);
  const cases: readonly (readonly string[])[] = [
    [],
    ["unknown"],
    ["check"],
    ["check", file, "--unknown"],
    ["compile", file, "--target", "tfjs", "--strict-math"],
    ["compile", file, "--target", "tfjs", "--emit", "loops"],
    ["explain-plan", file, "--target", "tfjs"],
    ["train", file, "--target", "tfjs", "--threads", "2"],
    ["compile", file, "--batch", "0"],
    ["compile", file, "--batch", "many"],
    ["compile", file, "--batch", "1e3"],
    ["compile", file, "--target", "fortran"],
    ["compile", file, "--emit", "poems"],
    ["compile", file, "--set", "width"],
    ["compile", file, "--set", "a=1", "--set", "a=2"],
    ["compile", file, "second.nn"],
    ["train", file, "--seed", "-1"],
    ["train", file, "--seed", "4294967296"],
    ["train", file, "--limit", "0"],
    ["train", file, "--data", "/no/such/folder"],
    ["export", file, "--format", "tfjs"],
    ["export", file, "--format", "poems", "--weights", file],
    ["export", file, "--weights", file],
    ["export", "/no/such/file.nn", "--format", "tfjs", "--weights", "/no/such/file"],
    ["explain", "NN999"],
    ["check", "/no/such/file.nn"],
    ["compile", "/no/such/file.nn"],
    ["train", "/no/such/file.nn"],
    ["summary", "/no/such/file.nn"],
    ["fmt", "/no/such/file.nn"],
    ["check", "/"],
  ];
  test.each(cases.map((args) => [args.join(" "), args] as const))("nnc %s", async (_, args) => {
    const { code, stdout, stderr } = await nnc(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).not.toBe("");
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test("explain prints a page, in any case of letters, and lists all codes", async () => {
  const one = await nnc(["explain", "nn001"]);
  expect(one.code).toBe(0);
  expect(one.stdout).toMatch(/^error NN001: unexpected token\n[\s\S]*Wrong:\n[\s\S]*Right:\n/);
  const all = await nnc(["explain"]);
  expect(all.stdout.split("\n").length).toBeGreaterThan(10);
  expect(all.stdout).toMatch(/^NN001 {2}error {4}unexpected token$/m);
});

test("colours only on a terminal, and not where NO_COLOR is set", () => {
  const terminal = { isTTY: true, columns: 72 };
  expect(terminalOptions(terminal, {})).toEqual({ color: true, width: 72 });
  expect(terminalOptions(terminal, { NO_COLOR: "1" }).color).toBe(false);
  expect(terminalOptions(terminal, { NO_COLOR: "" }).color).toBe(true);
  expect(terminalOptions(terminal, { TERM: "dumb" }).color).toBe(false);
  expect(terminalOptions({}, {})).toEqual({ color: false, width: 100 });
});

test.skipIf(!existsSync("/dev/full"))("results that cannot be written: one message and 3", () => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [join(root, "dist/cli/main.js"), "explain"], {
    stdio: ["ignore", full, "pipe"],
    encoding: "utf8",
  });
  closeSync(full);
  expect(status).toBe(3);
  expect(stderr).toBe("nnc: cannot write the results: no space is left on the disk\n");
});
