// Each program of tests/cases/model with its checked program, as printModel prints it. `UPDATE_CASES=1` writes the current
// ones.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check } from "../../src/check/check.ts";
import { printModel } from "../../src/check/print.ts";
import { parse } from "../../src/syntax/parse.ts";

const folder = new URL("../cases/model/", import.meta.url);

describe("checked programs", () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith(".nn")))("%s", (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const parsed = parse(name, text);
    const { program, diagnostics } = check({ entry: name, files: new Map([[name, parsed.tree]]) });
    expect([...parsed.diagnostics, ...diagnostics].filter(({ severity }) => severity === "error")).toEqual([]);
    const printed = printModel(program);
    const place = new URL(name.replace(/nn$/, "model.txt"), folder);
    if (process.env.UPDATE_CASES !== undefined || !existsSync(place)) writeFileSync(place, printed);
    expect(printed).toBe(readFileSync(place, "utf8"));
  });
});
