// Examples typed letter by letter, with slips that are taken back: every question of an editor has an answer at every moment,
// and each place in an answer lies within the text. `npm run test:all` types all examples, `npm test` the start of a few.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as ide from "../../src/ide/index.ts";
import { open } from "../support/annotations.ts";
import { amount, everything } from "../support/extent.ts";

const folder = new URL("../../models/", import.meta.url);
const examples = readdirSync(folder).filter((name) => name.endsWith(".nn"));

/** Numbers from 0 to below 1 that are the same in each run. */
function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Moment {
  readonly text: string;
  readonly cursor: number;
}

/** The text after each key: the letters of `goal`, and now and then a few of them deleted or a wrong one typed. */
function* typed(goal: string, draw: () => number): Iterable<Moment> {
  let text = "";
  while (text !== goal) {
    if (text.length > 3 && draw() < 0.04) {
      const at = Math.floor(draw() * text.length);
      const gone = text.slice(0, at) + text.slice(at + 1 + Math.floor(draw() * 12));
      yield { text: gone, cursor: at };
    }
    if (draw() < 0.03)
      yield { text: `${text}${'({["`}])-> é🙂\n'[Math.floor(draw() * 16)] ?? "x"}`, cursor: text.length };
    text = goal.slice(0, text.length + 1);
    yield { text, cursor: text.length };
  }
}

const file = "main.nn";

/** Asks everything about a moment. Returns all places in the answers. */
function asked({ text, cursor }: Moment): readonly { readonly start: number; readonly end: number }[] {
  const snapshot = open(new Map([[file, text]]));
  const all = { start: 0, end: text.length };
  const spans: { readonly start: number; readonly end: number }[] = [];
  const see = (...found: readonly ({ readonly start: number; readonly end: number } | undefined)[]): void => {
    for (const span of found) if (span !== undefined) spans.push(span);
  };
  for (const { diagnostic } of ide.diagnostics(snapshot, file)) {
    see(diagnostic.span, ...[...diagnostic.related, ...diagnostic.trace].map(({ span }) => span));
    see(...diagnostic.fixes.flatMap(({ edits }) => edits.map(({ span }) => span)));
  }
  see(ide.hover(snapshot, file, cursor)?.span, ide.definition(snapshot, file, cursor));
  for (const one of ide.inlayHints(snapshot, file, all)) see({ start: one.offset, end: one.offset });
  for (const { label, insert } of ide.completions(snapshot, file, cursor)) expect(label && insert).not.toBe("");
  for (const one of ide.symbols(snapshot, file)) see(one.span, one.nameSpan, ...one.children.map(({ span }) => span));
  see(...ide.semanticTokens(snapshot, file), ...ide.selections(snapshot, file, cursor));
  see(...ide.references([snapshot], file, cursor, true), ...ide.fileLinks(snapshot, file).map(({ span }) => span));
  see(...ide.highlights(snapshot, file, cursor).map(({ span }) => span));
  const renamed = ide.rename([snapshot], file, cursor, "another");
  if ("ok" in renamed) see(...renamed.ok.map(({ span }) => span));
  const prepared = ide.prepareRename(snapshot, file, cursor);
  if ("ok" in prepared) see(prepared.ok.span);
  const item = ide.callItem([snapshot], file, cursor);
  if (item !== undefined)
    for (const edge of [...ide.callers([snapshot], item.nameSpan), ...ide.callees([snapshot], item.nameSpan)])
      see(edge.item.span, ...edge.places);
  see(
    ...ide.lenses(snapshot, file).map(({ span }) => span),
    ...ide.why(snapshot, file, cursor).map(({ span }) => span),
  );
  const signature = ide.signatureAt(snapshot, file, cursor);
  for (const { start, end } of signature?.options ?? []) expect(signature?.label.slice(start, end)).not.toBe("");
  const edits = [
    ...[...ide.formatting(file, text), ...ide.rangeFormatting(file, text, { start: cursor, end: cursor })],
    ...["\n", "}"].flatMap((key) => ide.typingFormatting(file, text, cursor, key)),
    ...[...ide.fixAll(snapshot, file), ...ide.quickFixes(snapshot, file, all).flatMap((fix) => fix.edits)],
  ];
  see(...edits.map(({ span }) => span));
  const lines = text.split("\n").length;
  for (const { first, last } of ide.folds(file, text)) expect(1 <= first && first < last && last <= lines).toBe(true);
  return spans;
}

const chosen = everything ? examples : ["digits.nn", "gan.nn"];

test.each(chosen)("every moment of typing %s has answers within the text", (name) => {
  const goal = readFileSync(new URL(name, folder), "utf8");
  const draw = drawing(name.length);
  // A moment costs some ten checks; `npm test` asks at every fortieth, the whole extent at every fifteenth.
  const every = amount(40, 15);
  let count = 0;
  for (const moment of typed(goal, draw)) {
    if (count++ % every !== 0) continue;
    for (const { start, end } of asked(moment))
      if (!(0 <= start && start <= end && end <= moment.text.length))
        expect({ start, end, ...moment }).toBe("within the text");
  }
  expect(count).toBeGreaterThan(goal.length);
});
