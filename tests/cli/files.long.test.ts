// Files that nnc reads and writes: it reads regular files to their stated size, and replaces only files that it wrote.

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { nnc, program, small, temporaryFolder } from "../support/nnc.ts";

/** Small enough to compile and train in a moment. */
const tiny = small.replace("train: 600, test: 100", "train: 32, test: 8");
const onFiles = tiny.replace("digits(train: 32, test: 8)", 'idx("images", "labels")');
const refused = { code: 2, stdout: "" };

/** The header of an IDX file. */
const idxHead = (type: number, ...sizes: readonly number[]): Buffer => {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.writeUInt32BE((type << 8) + sizes.length);
  for (const [i, size] of sizes.entries()) head.writeUInt32BE(size, 4 + 4 * i);
  return head;
};
const images = Buffer.concat([idxHead(8, 4, 28, 28), Buffer.alloc(4 * 784, 9)]);
const labels = Buffer.concat([idxHead(8, 4), Buffer.from([1, 2, 3, 4])]);

/** A folder with a program on files, and its data. */
function onData(changes: Readonly<Record<string, Uint8Array | undefined>> = {}): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "p.nn"), onFiles);
  for (const [name, bytes] of Object.entries({ images, labels, ...changes }))
    if (bytes !== undefined) writeFileSync(join(folder, name), bytes);
  return folder;
}
const trainIn = (cwd: string, ...options: string[]) => nnc(["train", "p.nn", ...options], { cwd });

describe("what nnc did not write is not replaced", () => {
  test.each([
    ["package.json", '{ "name": "mine" }\n'],
    ["train.ts", "export const mine = 1;\n"],
    ["train.js", "// mine\n"],
  ])("compile -o . over a user's %s", async (name, text) => {
    const cwd = temporaryFolder();
    const file = program(tiny);
    writeFileSync(join(cwd, name), text);
    const { stderr, ...ended } = await nnc(["compile", file, "-o", "."], { cwd });
    expect(ended).toMatchObject(refused);
    expect(stderr).toContain(`${name} is there, and nnc did not write it`);
    expect(stderr).toContain("--force");
    expect(readdirSync(cwd)).toEqual([name]);
    expect(readFileSync(join(cwd, name), "utf8")).toBe(text);
    expect((await nnc(["compile", file, "-o", ".", "--force"], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, name), "utf8")).not.toBe(text);
  });
  test("what it wrote itself is", async () => {
    const cwd = temporaryFolder();
    const file = program(tiny);
    for (const options of [[], ["--target", "js"], ["--target", "tfjs"]])
      expect((await nnc(["compile", file, "-o", "out", ...options], { cwd })).code).toBe(0);
  });
  test("train --save over a user's file, and over weights of its own", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "notes.txt"), "mine");
    const save = (path: string, ...more: string[]) => nnc(["train", program(tiny), "--save", path, ...more], { cwd });
    const { stderr, ...ended } = await save("notes.txt");
    expect(ended).toMatchObject(refused);
    expect(stderr).toContain("nnc did not write it");
    expect(readFileSync(join(cwd, "notes.txt"), "utf8")).toBe("mine");
    expect((await save("w")).code).toBe(0);
    symlinkSync("w", join(cwd, "link"));
    const before = statSync(join(cwd, "w")).ino;
    expect((await save("link")).code).toBe(0);
    expect(lstatSync(join(cwd, "link")).isSymbolicLink()).toBe(true);
    expect(statSync(join(cwd, "w")).ino).not.toBe(before);
    expect((await save("notes.txt", "--force")).code).toBe(0);
    symlinkSync("nowhere", join(cwd, "lost"));
    expect(await save("lost")).toMatchObject({ code: 3, stdout: "" });
  });
  test("fmt writes .nn files only, keeps their mode, and goes through links", async () => {
    const cwd = temporaryFolder();
    const text = tiny.replace("  Flatten()", "Flatten ( )");
    writeFileSync(join(cwd, "p.txt"), text);
    writeFileSync(join(cwd, "p.nn"), text);
    chmodSync(join(cwd, "p.nn"), 0o640);
    symlinkSync("p.nn", join(cwd, "link.nn"));
    expect(await nnc(["fmt", "p.txt"], { cwd })).toMatchObject(refused);
    expect(readFileSync(join(cwd, "p.txt"), "utf8")).toBe(text);
    expect((await nnc(["fmt", "link.nn"], { cwd })).code).toBe(0);
    expect(lstatSync(join(cwd, "link.nn")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, "p.nn"), "utf8")).toBe(tiny);
    expect(statSync(join(cwd, "p.nn")).mode & 0o777).toBe(0o640);
  });
  test.each([
    [["compile", "-o", ""], "It needs a name"],
    [["train", "--save", ""], "It needs a name"],
    [["compile", "--emit", "ops", "-o", "out"], "leave out -o"],
  ])("%j is refused", async ([command = "", ...options], message) => {
    const { stderr, ...ended } = await nnc([command, program(tiny), ...options]);
    expect(ended).toMatchObject(refused);
    expect(stderr).toContain(message);
  });
});

describe("no output over an input, --force or not", () => {
  test("the program, by its name, a link, and a second name", async () => {
    const file = program(tiny);
    const folder = dirname(file);
    symlinkSync("program.nn", join(folder, "link"));
    linkSync(file, join(folder, "second"));
    for (const name of ["program.nn", "link", "second"])
      for (const force of name === "link" ? [[], ["--force"]] : [["--force"]]) {
        const { stderr, ...ended } = await nnc(["train", file, "--save", name, ...force], { cwd: folder });
        expect(ended).toMatchObject(refused);
        expect(stderr).toContain("this run reads it");
      }
    expect(readFileSync(file, "utf8")).toBe(tiny);
    writeFileSync(join(folder, "train.ts"), tiny);
    const over = await nnc(["compile", "train.ts", "-o", ".", "--force"], { cwd: folder });
    expect(over).toMatchObject(refused);
    expect(readFileSync(join(folder, "train.ts"), "utf8")).toBe(tiny);
  });
  test("what it imports, and its data", async () => {
    const folder = onData();
    const [dataset = "", ...rest] = onFiles.split("\n\n");
    writeFileSync(join(folder, "data.nn"), dataset);
    writeFileSync(join(folder, "p.nn"), `import "data.nn"\n\n${rest.join("\n\n")}`);
    for (const name of ["data.nn", "images"]) {
      const before = readFileSync(join(folder, name));
      const { stderr, code } = await trainIn(folder, "--save", name, "--force");
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("this run reads it") });
      expect(readFileSync(join(folder, name)).equals(before)).toBe(true);
    }
  });
});

describe("data files", () => {
  const failure = async (folder: string, ...parts: readonly (string | RegExp)[]): Promise<void> => {
    const { code, stdout, stderr } = await trainIn(folder);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    for (const part of parts) expect(stderr).toMatch(part);
    expect(stderr).not.toMatch(/^\s+at |unexpected error/m);
  };
  test("that are there train", async () => expect((await trainIn(onData())).code).toBe(0));
  test("are regular files: no pipe, no device, no link to one", async () => {
    const folder = onData({ images: undefined });
    execFileSync("mkfifo", [join(folder, "images")]);
    await failure(folder, "images: it is not a regular file");
    const other = onData({ labels: undefined });
    symlinkSync("/dev/zero", join(other, "labels"));
    await failure(other, "labels: it is not a regular file");
  });
  test("are unpacked as far as their header says", async () => {
    const bomb = gzipSync(Buffer.concat([images, Buffer.alloc(50_000_000)]));
    await failure(onData({ images: bomb }), "images: is corrupt: it unpacks to more, but its header declares 3152");
    await failure(onData({ images: gzipSync(images.subarray(0, 900)) }), /images: is truncated: 900 bytes/);
    const vast = gzipSync(Buffer.concat([idxHead(8, 2 ** 32 - 1, 28, 28), Buffer.alloc(5000)]));
    await failure(onData({ images: vast }), /images: its header declares 3367254359296 bytes, over the limit of \d+/);
    expect((await trainIn(onData({ images: gzipSync(images), labels: gzipSync(labels) }))).code).toBe(0);
  });
  test("are not read where their size is wrong", async () => {
    const folder = onData();
    truncateSync(join(folder, "images"), 2 ** 40);
    await failure(folder, "images: is corrupt: 1099511627776 bytes, but its header declares 3152");
    await failure(onData({ images: Buffer.from("hello, world") }), "images: is not an IDX file");
    await failure(onData({ images: Buffer.alloc(0) }), "images: is not an IDX file: 0 bytes are too few");
    await failure(onData({ images: Buffer.from([31, 139, 1, 2, 3]) }), "images: is truncated or corrupt gzip");
  });
  test("of f64 are called f64", async () => {
    const doubles = Buffer.concat([idxHead(14, 4), Buffer.alloc(32)]);
    await failure(onData({ labels: doubles }), /holds fractions \(f64\), but the program reads 'label' as/);
  });
  test("that are missing: no folder of nnc's own is named", async () => {
    const folder = onData({ labels: undefined });
    const { stderr } = await nnc(["train", "p.nn"], { cwd: folder, env: { TMPDIR: folder } });
    expect(stderr).toContain("cannot find labels or labels.gz");
    expect(stderr).not.toMatch(/nnc-\w{6}|train\.js/);
    expect(readdirSync(folder).sort()).toEqual(["images", "p.nn"]);
  });
});

describe("other inputs", () => {
  test("a program, weights and imports are regular files", async () => {
    const folder = temporaryFolder();
    const pipe = join(folder, "pipe.nn");
    execFileSync("mkfifo", [pipe]);
    for (const args of [
      ["check", pipe],
      ["fmt", pipe],
      ["train", pipe],
      ["export", program(tiny), "--format", "tfjs", "--weights", pipe],
    ]) {
      const { stderr, ...ended } = await nnc(args);
      expect(ended).toMatchObject(refused);
      expect(stderr).toContain("it is not a regular file");
    }
    writeFileSync(join(folder, "main.nn"), `import "pipe.nn"\n\n${tiny}`);
    expect((await nnc(["check", join(folder, "main.nn")])).code).toBe(1);
  });
  test("weights that are not read where their header is wrong", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "w");
    const open = (bytes: Uint8Array, size = bytes.length) => {
      writeFileSync(file, bytes);
      truncateSync(file, size);
      return nnc(["export", program(tiny), "--format", "tfjs", "--weights", file]);
    };
    const head = (text: string): Buffer => {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(text.length));
      return Buffer.concat([length, Buffer.from(text)]);
    };
    for (const [bytes, size, message] of [
      [Buffer.alloc(8, 255), 8, "header would be over 100 MB"],
      [head("{}"), 2 ** 40, "belong to no tensor"],
      [
        head(
          '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}',
        ),
        undefined,
        "outside the file",
      ],
      [Buffer.alloc(3), undefined, "3 bytes are too few"],
      [head(`{"${"a".repeat(5000)}":3}`), undefined, "is not an object"],
    ] as const) {
      const { stderr, ...ended } = await open(bytes, size);
      expect(ended).toMatchObject({ code: 3, stdout: "" });
      expect(stderr.length).toBeLessThan(700);
      if (!message.includes("object")) expect(stderr).toContain(message);
    }
  });
});

describe("places", () => {
  test.each(['-it\'s "ünïcödé" 數字', "a#b?c%20d{$x}`"])("a folder called %s", async (name) => {
    const cwd = join(temporaryFolder(), name);
    mkdirSync(cwd);
    writeFileSync(join(cwd, "p.nn"), tiny);
    expect((await nnc(["train", "p.nn", "--save", "w 1.safetensors"], { cwd })).code).toBe(0);
    expect((await nnc(["compile", join(cwd, "p.nn"), "-o", join(cwd, "out put")], { cwd: dirname(cwd) })).code).toBe(0);
    const train = join(cwd, "out put", "train.js");
    const said = execFileSync(process.execPath, [train], { cwd: dirname(cwd), encoding: "utf8", stdio: "pipe" });
    expect(said).toMatch(/^test loss/);
  });
  test("no home, an empty home, a cache that is a file, a temporary folder that is none", async () => {
    const file = program(tiny);
    const blocked = join(dirname(file), "blocked");
    writeFileSync(blocked, "");
    for (const env of [{ HOME: "", XDG_CACHE_HOME: "" }, { XDG_CACHE_HOME: blocked }, { NNC_DATA: "/no/such/folder" }])
      expect(await nnc(["train", file], { env })).toMatchObject({ code: 0 });
    const { code, stderr } = await nnc(["train", file], { env: { TMPDIR: blocked } });
    expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 3, lines: 2 });
    expect(stderr).toContain("cannot make a folder in");
  });
  test.skipIf(!existsSync("/dev/full"))("a full disk is said in one line", async () => {
    const full = openSync("/dev/full", "w");
    const folder = temporaryFolder();
    await nnc(["compile", program(tiny), "-o", folder]);
    const script = `${process.execPath} ${join(folder, "train.js")} > /dev/full`;
    const run = () => execFileSync("sh", ["-c", script], { encoding: "utf8", stdio: ["ignore", full, "pipe"] });
    expect(run).toThrow(
      expect.objectContaining({ status: 3, stderr: expect.stringContaining("cannot write results: no space left") }),
    );
  });
});

describe("nothing a terminal obeys", () => {
  const hostile = "e\u001b[31mvil\u009b2J\u202e\u0007\nx";
  // Sequences, controls, marks that reorder.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  test("is in what nnc and a trainer say of hostile names", async () => {
    const cwd = join(temporaryFolder(), hostile);
    mkdirSync(cwd);
    const [file, text, data] = [join(cwd, `${hostile}.nn`), join(cwd, `${hostile}.txt`), join(cwd, "on.nn")];
    writeFileSync(file, tiny.replace("Flatten()", "Flatten ()"));
    writeFileSync(text, "");
    writeFileSync(data, onFiles.replace('"images"', JSON.stringify("images")));
    writeFileSync(join(cwd, "images"), "no data");
    const weights = join(cwd, "w\u001b[2J");
    for (const args of [
      ["check", file],
      ["check", "--json", join(cwd, "nowhere\u001b[31m.nn")],
      ["check", "--json", file],
      ["fmt", file, text],
      ["compile", file, "-o", join(cwd, "out")],
      ["compile", file, "-o", text],
      ["train", data],
      ["train", file, "--save", text],
      ["train", file, "--save", weights],
      ["train", file, "--save", weights, "--json"],
      ["train", file, "--data", hostile],
      ["train", file, "--backend", hostile],
      ["train", `--${hostile}`, file],
      [hostile],
      ["explain", hostile],
      ["export", file, "--format", "tfjs", "--weights", weights, "-o", join(cwd, "ex")],
      ["export", file, "--format", "tfjs", "--weights", text],
      ["compile", file, "--set", `${hostile}=1`],
      ["compile", file, "--model", hostile],
    ]) {
      const { stdout, stderr } = await nnc(args);
      expect(stdout + stderr, JSON.stringify(args)).not.toMatch(obeyed);
      expect(stdout + stderr).not.toMatch(/^x/m);
    }
    const train = join(cwd, "out", "train.js");
    const run = (...args: string[]) => {
      try {
        return execFileSync(process.execPath, [train, ...args], { encoding: "utf8", stdio: "pipe" });
      } catch (error) {
        return String((error as { stderr: unknown }).stderr);
      }
    };
    for (const args of [
      ["--save", text],
      ["--save", weights],
      [`--${hostile}`],
      ["--epochs", hostile],
      [hostile],
      ["--save", join(cwd, "no", "w")],
    ])
      expect(run(...args), JSON.stringify(args)).not.toMatch(obeyed);
  });
});
