// The documents hold what they say: every ```nn block checks, relative links and what they name exist, and the tables of
// layers of the code are those of the code. A block marked `nn error NN110` gives just those errors; one marked
// `nn file=NAME` is a file that later blocks of the same page may import. Lines of docs/operators.md are calls with types.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkProgram } from "../src/driver/check.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true })
    .map((name) => String(name).replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].sort();

interface Block {
  readonly line: number;
  /** What follows `nn` after the fence. */
  readonly marks: string;
  readonly text: string;
}

/** The blocks of a page that are fenced as `nn`. */
function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; marks: string; text: string[] } | undefined;
  for (const [i, line] of read(page).split("\n").entries()) {
    const fence = /^```(\w*)\s*(.*)$/.exec(line);
    if (open === undefined && fence !== null)
      open = { line: i + 1, language: fence[1]!, marks: fence[2]!.trim(), text: [] };
    else if (open !== undefined && line === "```") {
      if (open.language === "nn")
        blocks.push({ line: open.line, marks: open.marks, text: `${open.text.join("\n")}\n` });
      open = undefined;
    } else open?.text.push(line);
  }
  if (open !== undefined) throw new Error(`${page}:${open.line}: this block has no end`);
  return blocks;
}

/** What the checker finds in a text, as `NN101 message`; unused definitions are an example's right. */
function findings(text: string, files: ReadonlyMap<string, string>): readonly string[] {
  const { diagnostics, missing } = checkProgram({
    entry: "example.nn",
    texts: new Map([...files, ["example.nn", text]]),
  });
  return [
    ...missing.map((path) => `there is no ${path}`),
    ...diagnostics
      .filter(({ severity, code }) => severity === "error" || (severity === "warning" && code !== "NN006"))
      .map(({ code, message }) => `${code} ${message}`),
  ];
}

describe("examples", () => {
  for (const page of pages.filter((name) => name !== "docs/operators.md")) {
    const files = new Map<string, string>();
    for (const { line, marks, text } of blocksOf(page)) {
      const [kind = "", ...codes] = marks.split(/\s+/);
      if (kind.startsWith("file=")) files.set(kind.slice("file=".length), text);
      const known = new Map(files);
      test(`${page}:${line}`, () => {
        const found = findings(text, known);
        if (kind === "error") expect(found.map((one) => one.slice(0, 5)).sort()).toEqual([...codes].sort());
        else expect(found).toEqual([]);
      });
    }
  }
});

/**
 * `Dense(5) // f32[3] -> f32[5]` as a program; an input with a name, `mask: bool[3]`, is given by it, and one that is the
 * same for all samples, `one f32[3]`, is a parameter.
 */
function programOf(line: string): string | undefined {
  // A field stands in a data set; the columns of a file that is not at hand are what fields say.
  if (/^(input|target) /.test(line))
    return `dataset Table {\n  source csv("table.csv")\n  input other: token(65)[9] = characters(text)\n  input long: token(90)[64] = words(original)\n  ${line}\n}\n`;
  const [, written, from, to] = /^(.*?)\s*\/\/ (.*)-> (.*)$/.exec(line) ?? [];
  if (written === undefined || from === undefined || to === undefined) return undefined;
  // A model needs an input, and returns values of the batch.
  if (from.trim() === "") return `model Example(x: f32[1]) {\n  let y = ${written}\n  x\n}\n`;
  const separated = (types: string): readonly string[] => types.trim().split(/, (?=(?:one )?[a-z]\w*(?:\[|: |$))/);
  const inputs = separated(from).map((text, i) => {
    const [, name, type = ""] = /^(?:(\w+): )?(.*)$/.exec(text) ?? [];
    return { value: `x${i + 1}`, name, type };
  });
  const byName = inputs.flatMap(({ name, value }) => (name === undefined ? [] : [`${name}: ${value}`])).join(", ");
  const call = byName === "" ? written : written.replace(/(\()?\)$/, (_, empty) => `${empty ?? ", "}${byName})`);
  const piped = inputs.flatMap(({ name, value }) => (name === undefined ? [value] : [])).join(", ");
  const weights = inputs.filter(({ type }) => type.startsWith("one "));
  const made = weights.map(({ value, type }) => `param ${value}: ${type.slice("one ".length)}\n`).join("");
  const body = `(${piped}) -> ${call}`;
  const parameters = inputs
    .filter(({ type }) => !type.startsWith("one "))
    .map(({ value, type }) => `${value}: ${type}`)
    .join(", ");
  const results = separated(to);
  if (results.length === 1) return `model Example(${parameters}) -> ${to} { ${made}${body} }\n`;
  const blocks = results.map((type, i) => `block Result${i}(x: ${type}) -> ${type} { x }\n`).join("");
  const names = results.map((_, i) => `y${i}`);
  const entries = names.map((name, i) => `${name}: ${name} -> Result${i}()`).join(", ");
  return `${blocks}model Example(${parameters}) {\n  ${made}let (${names.join(", ")}) = ${body}\n  return { ${entries} }\n}\n`;
}

test("every call in docs/operators.md gives the type beside it", () => {
  const lines = blocksOf("docs/operators.md").flatMap(({ text }) => text.trim().split("\n"));
  expect(lines.length).toBeGreaterThan(100);
  const wrong = lines.flatMap((line) => {
    const program = programOf(line);
    return program === undefined ? [`${line}: not read`] : findings(program, new Map()).map((one) => `${line}: ${one}`);
  });
  expect(wrong).toEqual([]);
});

/** Where a heading can be linked to, as code forges make it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

test("relative links lead somewhere", () => {
  const broken = pages.flatMap((page) => {
    const text = read(page).replace(/^```[\s\S]*?^```/gm, "");
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
      if (/^[a-z]+:/.test(link)) return [];
      const [path = "", place] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return [`${page}: ${link}`];
      if (place === undefined || !target.endsWith(".md")) return [];
      const places = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchor(heading));
      return places.includes(place) ? [] : [`${page}: ${link}`];
    });
  });
  expect(broken).toEqual([]);
});

test("paths in back quotes exist", () => {
  const named = /`((?:src|tests|docs|scripts|models|grammar|editors|bench|codegen-out|\.ci)\/[\w./-]*)`/g;
  const gone = pages.flatMap((page) =>
    [...read(page).matchAll(named)]
      .map(([, path = ""]) => path)
      // `NAME` stands for any name.
      .filter((path) => !path.includes("NAME") && !existsSync(join(root, path)))
      .map((path) => `${page}: ${path}`),
  );
  expect(gone).toEqual([]);
});

test("ARCHITECTURE.md and tests/tidy.test.ts hold the same table of imports", () => {
  const rows = [...read("ARCHITECTURE.md").matchAll(/^\| `src\/(\w+)` \|[^|]*\| ([^|]*) \|$/gm)];
  const written = rows.map(([, folder, imports]) => [folder, imports!.replaceAll("`", "").trim()]);
  const table = /const allowed[^=]*= (\{[\s\S]*?\n\});/.exec(read("tests/tidy.test.ts"))![1]!;
  const actual = [...table.matchAll(/(\w+): \[([\s\S]*?)\]/g)].map(([, folder, list]) => [
    folder,
    [...list!.matchAll(/"([^"]+)"/g)].map(([, name]) => name).join(", ") || "nothing",
  ]);
  expect(written).toEqual(actual);
});

test("README.md and docs/cli.md name every command of nnc", () => {
  const commands = [...read("src/cli/program.ts").matchAll(/\.command\("(\w+)/g)].map(([, name]) => name!);
  expect(commands.length).toBeGreaterThan(5);
  for (const page of ["README.md", "docs/cli.md"])
    expect(
      commands.filter((name) => !read(page).includes(`nnc ${name}`)),
      page,
    ).toEqual([]);
});
