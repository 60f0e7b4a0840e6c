// Slips of people who come from elsewhere: each is one report, at its place, and where there is a fix it is right as it stands.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";

const errorsOf = (text: string) =>
  checkProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) }).diagnostics.filter(
    ({ severity }) => severity === "error",
  );

/** The heading of a program: the code, the text under it, and what the fix writes; `-` where nothing can be written. */
const programs = readFileSync(new URL("../cases/slips.txt", import.meta.url), "utf8")
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const end = part.indexOf("\n");
    const [code = "", place = "", written = ""] = part.slice(0, end).split(" | ");
    return { code, place, written, text: part.slice(end + 1) };
  });

test.each(programs)("$place: $written", ({ code, place, written, text }) => {
  const [only, ...others] = errorsOf(text);
  expect(others.map(({ message }) => message)).toEqual([]);
  expect([only?.code, text.slice(only?.span.start, only?.span.end)]).toEqual([code, place]);
  const [fix] = only?.fixes ?? [];
  if (written === "-") {
    expect(fix).toBeUndefined();
    return;
  }
  const mended = (fix?.edits ?? [])
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((now, { span, text: put }) => now.slice(0, span.start) + put + now.slice(span.end), text);
  expect(errorsOf(mended).map(({ message }) => message)).toEqual([]);
  for (const line of written.split(" ⏎ ")) expect(mended).toContain(line);
});
