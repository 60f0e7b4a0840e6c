// Golden terminal renderings: each file of tests/cases/render holds sources, diagnostics and the terminal's output.
// `UPDATE=1 npx vitest run tests/diagnostics` rewrites the last part.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Span } from "../../src/base/span.ts";
import type { Diagnostic, Severity } from "../../src/diagnostics/diagnostic.ts";
import { cellsOf, displayWidth, safeText, shorten } from "../../src/diagnostics/render/displayText.ts";
import { renderJson, toJson } from "../../src/diagnostics/render/json.ts";
import { countLine, renderTerminal } from "../../src/diagnostics/render/terminal.ts";

/** A place as a case writes it: text that occurs in a source, or offsets; in the first file unless named. */
type Place = string | { readonly file?: string; readonly at: string | readonly [number, number] };
interface WrittenDiagnostic {
  readonly code: string;
  readonly severity?: Severity;
  readonly message: string;
  readonly at: Place;
  readonly label?: string;
  readonly related?: readonly { readonly at: Place; readonly message: string }[];
  readonly trace?: readonly { readonly at: Place; readonly text: string; readonly shape: string }[];
  readonly help?: readonly string[];
  readonly fixes?: readonly { readonly title: string; readonly at: Place; readonly text: string }[];
}

const folder = new URL("../cases/render/", import.meta.url);

function readCase(name: string) {
  const whole = readFileSync(new URL(name, folder), "utf8");
  const parts = whole.split(/^--- (.+)\n/m);
  const texts = new Map<string, string>();
  let written: readonly WrittenDiagnostic[] = [];
  let width = 80;
  let expected = "";
  for (let i = 1; i < parts.length; i += 2) {
    const title = parts[i]!;
    const body = parts[i + 1]!;
    if (title === "diagnostics") written = JSON.parse(body);
    else if (title === "result") expected = body;
    else if (title.startsWith("width ")) width = Number(title.slice(6));
    else if (title.startsWith("json ")) texts.set(title.slice(5), JSON.parse(body));
    else texts.set(title, body);
  }
  const [first] = texts.keys();
  const spanOf = (place: Place): Span => {
    const { file = first!, at } = typeof place === "string" ? { at: place } : place;
    if (typeof at !== "string") return { file, start: at[0], end: at[1] };
    const start = texts.get(file)!.indexOf(at);
    expect(start, `${name}: '${at}' occurs`).toBeGreaterThanOrEqual(0);
    return { file, start, end: start + at.length };
  };
  const diagnostics = written.map(
    (one): Diagnostic => ({
      code: one.code,
      severity: one.severity ?? "error",
      message: one.message,
      span: spanOf(one.at),
      label: one.label ?? "",
      related: (one.related ?? []).map(({ at, message }) => ({ span: spanOf(at), message })),
      trace: (one.trace ?? []).map(({ at, text, shape }) => ({ span: spanOf(at), text, shape })),
      help: one.help ?? [],
      fixes: (one.fixes ?? []).map(({ title, at, text }) => ({
        title,
        sure: true,
        edits: [{ span: spanOf(at), text }],
      })),
    }),
  );
  const replaceResult = (result: string) =>
    writeFileSync(new URL(name, folder), `${whole.split(/^--- result\n/m)[0]}--- result\n${result}`);
  return { texts, diagnostics, width, expected, replaceResult };
}

describe("golden renderings", () => {
  for (const name of readdirSync(folder).sort())
    test(name, () => {
      const { texts, diagnostics, width, expected, replaceResult } = readCase(name);
      const result = renderTerminal(diagnostics, texts, { color: false, width });
      if (process.env.UPDATE === "1") replaceResult(result);
      else expect(result).toBe(expected);
    });
});

const span = (start: number, end: number, file = "a.nn"): Span => ({ file, start, end });
const diagnostic = (fields: Partial<Diagnostic>): Diagnostic => ({
  code: "NN001",
  severity: "error",
  message: "a fact",
  span: span(0, 1),
  label: "",
  related: [],
  trace: [],
  help: [],
  fixes: [],
  ...fields,
});

describe("what a terminal must never get", () => {
  // Escape, bell, C1 control, right-to-left override, line separator, half a surrogate pair, carriage return.
  const evil = "\u001b[31m\u0007\u009b\u202e\u2028\ud800\r\u0000";
  test("control characters of a source, a message, a label, a file name", () => {
    const text = `let ${evil} = 1\n`;
    const result = renderTerminal(
      [
        diagnostic({
          message: evil,
          label: evil,
          span: span(0, 3, evil),
          related: [{ span: span(4, 8, evil), message: evil }],
          trace: [{ span: span(0, 1), text: evil, shape: evil }],
          help: [evil],
        }),
      ],
      new Map([[evil, text]]),
      { color: false, width: 80 },
    );
    expect(result).not.toMatch(/[^\n\P{Cc}]|\p{Cs}|[\u2028\u2029\u202a-\u202e]/u);
  });
  test("colours are balanced, and gone when not wanted", () => {
    const one = diagnostic({ label: "here", related: [{ span: span(2, 3), message: "and here" }] });
    const texts = new Map([["a.nn", "abc def\n"]]);
    const colored = renderTerminal([one], texts, { color: true, width: 80 });
    const plain = renderTerminal([one], texts, { color: false, width: 80 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked at
    expect(colored.replace(/\u001b\[[0-9;]+m/g, "")).toBe(plain);
    expect(plain).not.toContain("\u001b");
  });
});

test("places at and behind the end of any text are shown", () => {
  for (const text of ["", "\n", "a", "a\n", "\n\n", "a\r\n"])
    for (let start = 0; start <= text.length; start++)
      expect(
        renderTerminal([diagnostic({ span: span(start, text.length) })], new Map([["a.nn", text]]), {
          color: false,
          width: 80,
        }),
      ).toContain("^");
});

test("a line of a million characters is cut", () => {
  const text = "x, ".repeat(333_333);
  const result = renderTerminal(
    [diagnostic({ span: span(500_000, 500_004), label: "here" })],
    new Map([["a.nn", text]]),
    { color: false, width: 80 },
  );
  for (const line of result.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(80);
});

test("of very many the first are shown, errors before others, and all are counted", () => {
  const many = Array.from({ length: 20_000 }, (_, i) =>
    diagnostic({ span: span(i, i + 1), severity: i % 2 === 0 ? "warning" : "error", message: `number ${i}` }),
  );
  const texts = new Map([["a.nn", "x".repeat(20_000)]]);
  const result = renderTerminal(many, texts, { color: false, width: 80, most: 50 });
  expect(result.match(/number \d+/g)).toEqual(Array.from({ length: 50 }, (_, i) => `number ${2 * i + 1}`));
  expect(result).toContain("… and 19,950 more; nnc check --json lists all");
  expect(result).toContain("10,000 errors, 10,000 warnings");
  const few = renderTerminal(many.slice(0, 60), texts, { color: false, width: 80, most: 50 });
  expect(few.match(/number \d+/g)).toHaveLength(50);
  expect(few.match(/^error/gm)).toHaveLength(30);
});

test("display widths", () => {
  expect(displayWidth("abc")).toBe(3);
  expect(displayWidth("模型")).toBe(4);
  expect(displayWidth("👩‍👩‍👧")).toBe(2);
  expect(displayWidth("e\u0301")).toBe(1);
  expect(displayWidth("\tab")).toBe(6);
  expect(displayWidth("a\tb")).toBe(5);
  expect(cellsOf("a\tb").map((cell) => cell.offset)).toEqual([0, 1, 2]);
  expect(shorten("abcdef", 4)).toBe("abc…");
  expect(safeText("a\u001bb")).toBe("a\u241bb");
});

test("the closing line counts", () => {
  const one = diagnostic({});
  expect(countLine([one, one, { ...one, severity: "warning" }])).toBe("2 errors, 1 warning");
  expect(countLine([{ ...one, severity: "hint" }])).toBe("1 hint");
  expect(renderTerminal([], new Map(), { color: false, width: 80 })).toBe("");
});

test("JSON has the promised keys, and positions from 1", () => {
  const text = "ab\ncd\n";
  const one = diagnostic({
    span: span(1, 4),
    related: [{ span: span(0, 1), message: "because" }],
    trace: [{ span: span(3, 5), text: "cd", shape: "3" }],
    fixes: [{ title: "do this", sure: true, edits: [{ span: span(6, 6), text: "x" }] }],
  });
  const texts = new Map([["a.nn", text]]);
  const place = (line: number, column: number, endLine: number, endColumn: number) => ({
    file: "a.nn",
    line,
    column,
    endLine,
    endColumn,
  });
  expect(toJson([one], texts)).toEqual([
    {
      code: "NN001",
      severity: "error",
      message: "a fact",
      ...place(1, 2, 2, 2),
      related: [{ message: "because", ...place(1, 1, 1, 2) }],
      trace: [{ text: "cd", shape: "3", ...place(2, 1, 2, 3) }],
      fixes: [{ title: "do this", sure: true, edits: [{ text: "x", ...place(3, 1, 3, 1) }] }],
    },
  ]);
  expect(JSON.parse(renderJson([one], texts))).toEqual(toJson([one], texts));
});
