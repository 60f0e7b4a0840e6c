// Every file of tests/cases/diagnostics holds the diagnostics that it expects. `UPDATE_CASES=1` writes the current ones.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import { annotated, type Case, diagnosticsOf, readCase } from "../support/carets.ts";

const folder = new URL("../cases/diagnostics/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".nn"));

describe("diagnostics", () => {
  test.each(names)("%s", (name) => {
    const place = new URL(name, folder);
    const text = readFileSync(place, "utf8");
    const now = annotated(readCase(text));
    if (process.env.UPDATE_CASES !== undefined) writeFileSync(place, now);
    else expect(now).toBe(text);
  });

  test("every code has a case", () => {
    const seen = new Set<string>();
    for (const name of readdirSync(folder))
      for (const [, shown, found] of readFileSync(new URL(name, folder), "utf8").matchAll(
        /(?:error|warning|hint) (NN\d{3}): |"code": "(NN\d{3})"/g,
      ))
        seen.add(shown ?? found ?? "");
    expect(Object.keys(catalogue).filter((code) => !seen.has(code))).toEqual([]);
  });

  test("what explains a code shows it: the wrong program has it, the right one does not", () => {
    for (const [code, { explain }] of Object.entries(catalogue)) {
      // Clauses and commands are no programs by themselves.
      if (!/^(model|block|dataset|const|import) /.test(explain.wrong)) continue;
      const library = code === "NN008" || code === "NN501" ? `${explain.right}\n//// file layers.nn\n` : explain.right;
      const codes = (text: string) => diagnosticsOf(readCase(text)).map((diagnostic) => diagnostic.code);
      expect(codes(explain.wrong), `${code} wrong`).toContain(code);
      expect(codes(library), `${code} right`).not.toContain(code);
    }
  });

  test("messages are one line, in lower case but for names, without a question", () => {
    for (const name of names)
      for (const { message } of diagnosticsOf(readCase(readFileSync(new URL(name, folder), "utf8")))) {
        expect(message).not.toMatch(/[\n?]/);
        expect(message).not.toBe("");
      }
  });

  test.each(names)("sure fixes of %s repair what they are offered for", (name) => {
    const source = readCase(readFileSync(new URL(name, folder), "utf8"));
    for (const { fixes, code, span } of diagnosticsOf(source))
      for (const fix of fixes.filter(({ sure }) => sure)) {
        const files = new Map(source.files);
        for (const edit of [...fix.edits].sort((a, b) => b.span.start - a.span.start)) {
          const text = files.get(edit.span.file)!;
          files.set(edit.span.file, text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end));
        }
        const fixed: Case = { ...source, files };
        const again = diagnosticsOf(fixed).filter((other) => other.code === code && other.span.start === span.start);
        expect(again, `${code} after '${fix.title}'`).toEqual([]);
      }
  });
});
