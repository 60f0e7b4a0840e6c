// `nnc check`: streams, exit codes, JSON, several files, and all kinds of bad input.

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { nnc, program, small, temporaryFolder } from "../support/nnc.ts";

const wrong = "model M(x: f32[4]) {\n  Dense(3, colour: 2)\n}\n";

test("a program without mistakes: silence and 0", async () => {
  const { code, stdout, stderr } = await nnc(["check", program(small)]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("a mistake: on stderr, without colours, and 1", async () => {
  const file = program(wrong);
  const { code, stdout, stderr } = await nnc(["check", file]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("error NN003:");
  expect(stderr).toContain(`┌─ ${file}:2:12`);
  expect(stderr).toMatch(/1 error\n$/);
  expect(stderr).not.toContain("\u001b");
});

test("--json: one array for all files, with exactly the promised keys; unreadable files besides", async () => {
  const files = [program(wrong), program(small), program(wrong)];
  const { code, stdout, stderr } = await nnc(["check", "--json", ...files]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  const all: readonly Record<string, unknown>[] = JSON.parse(stdout);
  expect(all.map((one) => one.file)).toEqual([files[0], files[2]]);
  for (const one of all)
    expect(Object.keys(one).sort()).toEqual(
      [
        "code",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "endLine",
        "endColumn",
        "related",
        "trace",
        "fixes",
      ].sort(),
    );
  expect(all[0]).toMatchObject({ code: "NN003", severity: "error", line: 2, column: 12, endLine: 2 });

  const fine = await nnc(["check", "--json", files[1]!]);
  expect(JSON.parse(fine.stdout)).toEqual([]);
  const missing = await nnc(["check", "--json", "/no/such.nn", files[0]!]);
  expect(missing.code).toBe(2);
  expect(JSON.parse(missing.stdout)).toHaveLength(1);
  expect(missing.stderr).toBe("nnc: cannot read /no/such.nn: there is no such file or folder\n");
});

test.each([
  ["rows.csv", "holds data, and a program is a .nn file: nnc init rows.csv writes a first one for it"],
  ["rows.csv.gz", "is no program: a program is a .nn file, which names its data and weights"],
  ["net.keras", "is no program: a program is a .nn file, which names its data and weights"],
])("%s is not read as a program", async (name, text) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), "a,b\n1,2\n");
  for (const command of ["check", "train"])
    expect(await nnc([command, name], { cwd })).toMatchObject({ code: 2, stderr: `nnc: ${name} ${text}\n` });
});

test("imports: found beside the program, missing ones told, none from outside", async () => {
  const folder = join(temporaryFolder(), "project");
  mkdirSync(folder);
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  write("parts.nn", "block Head(x: f32[n]) { Dense(3) }\n");
  writeFileSync(join(dirname(folder), "secret.nn"), "const secret = 1\n");
  symlinkSync(join(dirname(folder), "secret.nn"), join(folder, "link.nn"));
  const model = "model M(x: f32[4]) { Head() }\n";
  const use = (path: string): string => `import "${path}"\n${model}`;
  expect((await nnc(["check", write("a.nn", use("parts.nn"))])).code).toBe(0);
  const codes = async (path: string): Promise<readonly string[]> => {
    const { stdout } = await nnc(["check", "--json", write("b.nn", `import "${path}"\nimport "parts.nn"\n${model}`)]);
    return JSON.parse(stdout).map((one: { code: string }) => one.code);
  };
  expect(await codes("lost.nn")).toEqual(["NN008"]);
  for (const folder of ["", ".", "x/.."]) expect(await codes(folder)).toEqual(["NN008"]);
  expect(await codes("../secret.nn")).toEqual(["NN501"]);
  expect(await codes("/etc/passwd")).toEqual(["NN501"]);
  expect(await codes("link.nn")).toEqual(["NN501"]);
});

describe("bad input: one clear diagnostic, 1, no stack trace, no hang", () => {
  const model = (body: string, input = "x: f32[8, 8, 3]"): string => `model M(${input}) {\n${body}\n}\n`;
  const cases: Readonly<Record<string, string | Uint8Array>> = {
    "not UTF-8": Buffer.from([0x6d, 0xff, 0xfe, 0x00]),
    "UTF-16": Buffer.from("\ufeffmodel M(x: f32[4]) { Dense(3) }", "utf16le"),
    "control characters": "model \u001b[31mM(x: f32[4]) { Dense(3) }",
    "10 MB": Buffer.alloc(10_000_000, "model "),
    "nested 10,000 deep": `const a = ${"(".repeat(10_000)}1${")".repeat(10_000)}\n`,
    "braces 10,000 deep": model(`${"repeat 2 { ".repeat(10_000)}relu${" }".repeat(10_000)}`),
    "only opening brackets": "[({".repeat(50_000),
    "unknown layer": model("Conv3DTranspose2(3)"),
    "unknown name": model("Dense(units)", "x: f32[4]"),
    "negative size": model("Dense(-3)", "x: f32[4]"),
    "negative axis": "model M(x: f32[-4]) { Dense(3) }",
    "size of 0": model("Dense(0)", "x: f32[4]"),
    "a product beyond 2^53": model("Flatten()\n  Dense(10)", "x: f32[100000000, 100000000, 100000000]"),
    "an integer beyond 2^53": model("Dense(99999999999999999999)", "x: f32[4]"),
    "not a number": model("Dropout(0 / 0)", "x: f32[4]"),
    infinite: model("Dropout(1e999)", "x: f32[4]"),
    "an option twice": model("Dense(3, use_bias: true, use_bias: false)", "x: f32[4]"),
    "endless repeat": model("repeat 1000000000 { Dense(4) }", "x: f32[4]"),
    "blocks that double": `${Array.from({ length: 40 }, (_, i) => `block B${i + 1}(x: f32[n]) { B${i}()\n B${i}() }`).join("\n")}\nblock B0(x: f32[n]) { Dense(n) }\nmodel M(x: f32[4]) { B40() }\n`,
    recursion: "block A(x: f32[n]) { B() }\nblock B(x: f32[n]) { A() }\nmodel M(x: f32[4]) { A() }\n",
    "a power tower": "const a = 9 ** 9 ** 9 ** 9\nmodel M(x: f32[4]) { Dense(a) }\n",
  };
  test.each(Object.entries(cases))("%s", async (_, text) => {
    const { code, stdout, stderr } = await nnc(["check", program(text)]);
    expect(stderr.slice(0, 2000)).toMatch(/^(error|warning) NN\d\d\d: /);
    expect(stderr).not.toMatch(/^\s+at |has a bug/m);
    expect(stderr.split("\n").length).toBeLessThan(60);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may get through
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
  test("an empty file compiles to nothing, and says so", async () => {
    for (const text of ["", "// only a comment\n"])
      for (const command of ["check", "compile"]) {
        const { code, stderr } = await nnc([command, program(text)]);
        expect(code).toBe(1);
        expect(stderr).toMatch(/^error NN010: the file needs a declaration/);
      }
  });
});
