// Random texts: words of all programs of the repository and of other languages, moved, doubled, dropped and joined. Every part
// that answers questions about a text answers, and every message is a sentence.

import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { summarize } from "../../src/driver/summary.ts";
import {
  completions,
  definition,
  diagnostics,
  fixAll,
  formatting,
  hover,
  inlayHints,
  openProgram,
  quickFixes,
  symbols,
} from "../../src/ide/index.ts";

const folders = ["../../models/", "../cases/diagnostics/", "../cases/ide/", "../cases/model/", "../cases/reference/"];
const programs = folders.flatMap((folder) => {
  const place = new URL(folder, import.meta.url);
  const names = readdirSync(place).filter((name) => name.endsWith(".nn"));
  return names.map((name) => readFileSync(new URL(name, place), "utf8")).filter((text) => text.length < 6000);
});

const wordsOf = (text: string): readonly string[] =>
  text.match(/[A-Za-z_]\w*|\d[\w.]*|\s+|"[^"\n]*"|->|\*\*|./gs) ?? [];
const foreign =
  "&& || × · − ^ ÷ === !== <> ≠ ≤ ->> → ⇒ |> ++ += // /* */ % ? & | ~ $ \\ … ' ’ “ ` \0 \ud800 _ 3x3 1e999 99999999999999999999 None True lambda self".split(
    " ",
  );
const pool = [...foreign, "\n", ...programs.flatMap(wordsOf)];

const edit = fc.record({
  kind: fc.constantFrom("drop" as const, "put" as const, "replace" as const, "swap" as const),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  other: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  word: fc.oneof(fc.constantFrom(...foreign), fc.constantFrom(...pool)),
});
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

function edited(text: string, edits: readonly Edit[]): string {
  const words = [...wordsOf(text)];
  for (const { kind, at, other, word } of edits) {
    const [i, j] = [Math.floor(at * words.length), Math.floor(other * words.length)];
    if (kind === "drop") words.splice(i, 1);
    else if (kind === "put") words.splice(i, 0, word);
    else if (kind === "replace") words[i] = word;
    else [words[i], words[j]] = [words[j] ?? "", words[i] ?? ""];
  }
  return words.join("");
}

const file = "main.nn";

async function isAnswered(text: string, offset: number): Promise<void> {
  const sources = { entry: file, texts: new Map([[file, text]]) };
  const snapshot = openProgram(sources);
  const whole = { start: 0, end: text.length };
  hover(snapshot, file, offset);
  completions(snapshot, file, offset);
  definition(snapshot, file, offset);
  inlayHints(snapshot, file, whole);
  symbols(snapshot, file);
  quickFixes(snapshot, file, whole);
  fixAll(snapshot, file);
  formatting(file, text);
  diagnostics(snapshot, file);
  for (const { span, message, help } of snapshot.diagnostics) {
    expect(span.start).toBeLessThanOrEqual(span.end);
    expect(span.end).toBeLessThanOrEqual(text.length + 1);
    for (const sentence of [message, ...help]) expect(sentence).not.toMatch(/\[object|\bNaN\b|undefined|^$/);
  }
  // Only what is free of errors goes further than a check.
  if (text.length < 2000) await summarize(sources, { target: "wasm" });
}

test("random edits of words leave every answer standing", async () => {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const edits = fc.array(edit, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...programs), edits, place, async (text, changes, at) => {
      const now = edited(text, changes);
      await isAnswered(now, Math.floor(at * now.length));
    }),
    { numRuns: 100 },
  );
});
