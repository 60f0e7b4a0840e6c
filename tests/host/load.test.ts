// Loading a program: its imports, and all problems of a file as a whole. A fake checker reads the imports of a text, one on
// each line.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sources } from "../../src/driver/options.ts";
import { limits, load } from "../../src/host/load.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nnc-load-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};

let runs = 0;
function run({ texts }: Sources) {
  runs++;
  const wanted = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/^import (.*)$/gm)].map((match) => join(dirname(file), match[1]!)),
  );
  return { diagnostics: [], missing: [...new Set(wanted)].filter((file) => !texts.has(file)) };
}

async function loaded(path: string) {
  runs = 0;
  const outcome = await load(path, run);
  if ("problem" in outcome) throw new Error(outcome.problem);
  return {
    files: [...outcome.ok.texts.keys()],
    messages: outcome.ok.diagnostics.map(({ code, message }) => `${code} ${message}`),
  };
}

test("imports of imports, each read once; what is not there stays missing", async () => {
  const main = write("main.nn", "import a.nn\nimport sub/b.nn\nimport lost.nn\n");
  const a = write("a.nn", "import sub/b.nn\n");
  const b = write("sub/b.nn", "import ../a.nn\n");
  expect(await loaded(main)).toEqual({ files: [main, a, b], messages: [] });
  expect(runs).toBe(2);
});

test("an entry that cannot be read is a problem", async () => {
  expect(await load(join(folder, "no.nn"), run)).toEqual({
    problem: `cannot read ${join(folder, "no.nn")}: there is no such file or folder`,
  });
  expect(await load(folder, run)).toEqual({ problem: `cannot read ${folder}: it is a folder` });
  expect(await load("", run)).toEqual({ problem: "the name of the program's file is empty" });
  expect(await load("/dev/null", run)).toEqual({ problem: "cannot read /dev/null: it is not a regular file" });
});

test("not UTF-8: the byte that begins no character, not the one behind it", async () => {
  const said = async (...bytes: number[]): Promise<readonly string[]> => {
    const path = join(folder, "bytes.nn");
    writeFileSync(path, Uint8Array.from([0x2f, 0x2f, 0x0a, ...bytes]));
    return (await loaded(path)).messages;
  };
  const on2 = (byte: string): readonly string[] => [`NN001 expected UTF-8 text, found byte 0x${byte} on line 2`];
  // Latin 1: é before a letter, ü before a line end.
  expect(await said(0x63, 0xe9, 0x61, 0x62)).toEqual(on2("e9"));
  expect(await said(0xfc, 0x0a)).toEqual(on2("fc"));
  // Too long, a half of a pair, beyond the last character, a byte that only continues.
  expect(await said(0xc0, 0x80)).toEqual(on2("c0"));
  expect(await said(0xed, 0xa0, 0x80)).toEqual(on2("ed"));
  expect(await said(0xf4, 0x90, 0x80, 0x80)).toEqual(on2("f4"));
  expect(await said(0x61, 0x80)).toEqual(on2("80"));
  // Broken in its third byte.
  expect(await said(0xe2, 0x82, 0x41)).toEqual(on2("e2"));
});

test("not UTF-8: the line and the byte", async () => {
  const bad = write("bad.nn", Buffer.from([0x61, 0x0a, 0xc3, 0xa9, 0x0a, 0xff, 0x62]));
  expect((await loaded(bad)).messages).toEqual(["NN001 expected UTF-8 text, found byte 0xff on line 3"]);
  const cut = write("cut.nn", Buffer.from([0x61, 0xe2, 0x82]));
  expect((await loaded(cut)).messages).toEqual(["NN001 expected UTF-8 text, found byte 0x82 on line 1"]);
  const utf16 = write("utf16.nn", Buffer.from([0xff, 0xfe, 0x61, 0x00]));
  expect((await loaded(utf16)).messages).toEqual(["NN001 expected UTF-8 text, found byte 0xff on line 1"]);
  const main = write("main.nn", "import bad.nn\n");
  expect(await loaded(main)).toEqual({
    files: [main],
    messages: ["NN001 expected UTF-8 text, found byte 0xff on line 3"],
  });
});

test("10 MB", async () => {
  const big = write("big.nn", Buffer.alloc(10_000_000, "x"));
  expect(await loaded(big)).toEqual({ files: [], messages: ["NN501 more than 1,000,000 bytes in one file"] });
});

test("more files than allowed", async () => {
  for (let i = 0; i < limits.files + 5; i++) write(`f${i}.nn`, `import f${i + 1}.nn\n`);
  const { messages } = await loaded(join(folder, "f0.nn"));
  expect(messages).toEqual(["NN501 more than 64 files in one program"]);
});

test("more imports than files are refused before any is looked for", async () => {
  const lines = Array.from({ length: limits.files }, (_, i) => `import none${i}.nn\n`);
  expect((await loaded(write("many.nn", lines.join("")))).messages).toEqual([
    "NN501 more than 64 files in one program",
  ]);
  expect(runs).toBe(1);
  expect((await loaded(write("all.nn", lines.slice(1).join("")))).messages).toEqual([]);
});

test("links that lead out of the program's folder are refused, links inside are not", async () => {
  const outside = write("secret.nn", "");
  const main = write("project/main.nn", "import link.nn\nimport inside.nn\n");
  write("project/real.nn", "");
  symlinkSync(outside, join(folder, "project/link.nn"));
  symlinkSync(join(folder, "project/real.nn"), join(folder, "project/inside.nn"));
  const { files, messages } = await loaded(main);
  expect(messages).toEqual([`NN501 '${join(folder, "project/link.nn")}' leaves the folder of the program`]);
  expect(files).toEqual([main, join(folder, "project/inside.nn")]);
  symlinkSync(join(folder, "project/loop.nn"), join(folder, "project/loop.nn"));
  write("project/other.nn", "import loop.nn\n");
  expect((await loaded(join(folder, "project/other.nn"))).messages).toEqual([]);
});

test("texts that an editor holds win over the disk, whether they are there or not", async () => {
  const main = write("main.nn", "import lib.nn\nimport new.nn\n");
  const lib = write("lib.nn", "on disk");
  const held = new Map([
    [lib, "as typed"],
    [join(folder, "new.nn"), "never saved"],
  ]);
  const outcome = await load(main, run, held);
  if ("problem" in outcome) throw new Error(outcome.problem);
  expect([...outcome.ok.texts.values()].slice(1)).toEqual(["as typed", "never saved"]);
  const unsaved = join(folder, "no folder/at all.nn");
  const alone = await load(unsaved, run, new Map([[unsaved, "typed"]]));
  expect("ok" in alone && [...alone.ok.texts.values()]).toEqual(["typed"]);
});
