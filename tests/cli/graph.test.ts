// `nnc graph`: its forms, and what it says where one is missing.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { nnc, program } from "../support/nnc.ts";

const text = "model M(x: f32[8, 8, 3]) {\n  Conv2D(4, 3x3)\n  Flatten()\n}\n";

test("each form on stdout, and nothing else", async () => {
  const file = program(text);
  const starts = { svg: "<svg ", html: "<!doctype html>", dot: "// Made by nnc", json: '{"format":"nnc-network"' };
  for (const [form, start] of Object.entries(starts)) {
    const { code, stdout, stderr } = await nnc(["graph", file, `--${form}`]);
    expect({ code, stderr, start: stdout.slice(0, start.length) }).toEqual({ code: 0, stderr: "", start });
  }
});

test("a file by its ending, which is replaced only if nnc wrote it", async () => {
  const file = program(text);
  const out = join(dirname(file), "m.svg");
  expect(await nnc(["graph", file, "-o", out])).toMatchObject({ code: 0, stdout: "" });
  expect(readFileSync(out, "utf8")).toContain("Conv2D");
  expect((await nnc(["graph", file, "-o", out, "--depth", "0"])).code).toBe(0);
  const refused = await nnc(["graph", file, "--svg", "-o", file]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("this command reads it");
});

test.each([
  [[], 2, "which form? Name one of --svg, --html, --dot, --json"],
  [["--svg", "--dot"], 2, "choose one form: --svg or --dot"],
  [["--svg", "--depth", "1", "--unfold"], 2, "choose one of --depth and --unfold"],
  [["--svg", "--model", "N"], 1, "NN002"],
])("%j ends with %i", async (args, expected, message) => {
  const { code, stdout, stderr } = await nnc(["graph", program(text), ...args]);
  expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
  expect(stderr).toContain(message);
});
