// The museum of bugs: mistakes of public questions and trackers, each as a program written anew. The first finding has the code and the
// place that the heading names; those that are left get none. docs/museum.md is made of the same file.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";

const exhibits = readFileSync(new URL("../cases/museum.txt", import.meta.url), "utf8")
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const [code = "", place = "", source = "", what = ""] = part.slice(0, part.indexOf("\n")).split(" | ");
    return { code, place, source, what, text: part.slice(part.indexOf("\n") + 1) };
  });

/** What nnc says: hints apart, which the command shows on request, and definitions that an excerpt does not use. */
const told = (text: string) =>
  checkProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) })
    .diagnostics.filter(({ severity, code }) => severity !== "hint" && code !== "NN006")
    .map(({ code, span }) => ({ code, place: text.slice(span.start, span.end) }));

describe("the museum of bugs", () => {
  test.each(exhibits)("$source: $what", ({ code, place, text }) => {
    if (code === "left") expect(told(text)).toEqual([]);
    else expect(told(text)[0]).toEqual({ code, place });
  });

  test("has 150 mistakes from as many threads, and nine of ten are caught", () => {
    const sources = new Set(exhibits.map(({ source }) => source));
    expect(sources.size).toBeGreaterThanOrEqual(150);
    const caught = exhibits.filter(({ code }) => code !== "left").length;
    expect(caught / exhibits.length).toBeGreaterThan(0.9);
  });
});
