import { describe, expect, test } from "vitest";
import { parse } from "../../src/syntax/parse.ts";
import { annotate, applyFixes, readCases, update } from "../support/syntaxCases.ts";

describe("what is said of mistakes", () => {
  for (const { name, source, expected } of readCases())
    test(name, () => {
      const { diagnostics } = parse(name, source);
      const actual = annotate(source, diagnostics);
      update(name, actual);
      expect(actual).toBe(process.env.UPDATE_CASES === undefined ? expected : actual);
      for (const { span } of diagnostics) expect(span.end).toBeLessThanOrEqual(source.length);
    });

  test("five mistakes give five diagnostics, and their fixes a file without one", () => {
    const five = readCases().find(({ name }) => name === "five.txt");
    const source = five?.source ?? "";
    const { diagnostics } = parse("five", source);
    expect(diagnostics).toHaveLength(5);
    expect(diagnostics.every(({ fixes }) => fixes.length === 1)).toBe(true);
    expect(parse("five", applyFixes(source, diagnostics)).diagnostics).toEqual([]);
  });

  test("no more than twenty are told", () => {
    const { diagnostics } = parse("many", `model M() {\n${"Dense(3 +)\n".repeat(100)}}\n`);
    expect(diagnostics).toHaveLength(20);
  });

  test("the tree keeps what is sound", () => {
    const { tree } = parse("f", "model M(x: f32[3]) {\n  Dense(3, units: +)\n  let = 3\n  relu\n}\n");
    const [model] = tree.declarations;
    expect(model?.kind).toBe("model");
    if (model?.kind !== "model") return;
    expect(model.body.statements.map(({ kind }) => kind)).toEqual(["expression", "expression", "expression"]);
    expect(model.body.statements[0]).toMatchObject({
      value: {
        kind: "call",
        arguments: [{ value: { value: 3 } }, { name: { text: "units" }, value: { kind: "hole" } }],
      },
    });
  });
});
