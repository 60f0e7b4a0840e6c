// JavaScript's spelling of each scalar function against its evaluation.

import ts from "typescript";
import { describe, expect, test } from "vitest";
import { scalarFunction, scalarNames } from "../../../src/ir/scalar.ts";
import { jsSpelling } from "../../../src/targets/js/scalars.ts";

describe("JavaScript spelling equals evaluation", () => {
  const numbers = [-3.5, -2.5, -2, -1.5, -1, -0.84375, -0.5, -0.25, 0, 0.3, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 40];
  const whole = [0, 1, 1, 0, 1];
  for (const fn of scalarNames)
    test(fn, () => {
      const { arity, evaluate } = scalarFunction(fn);
      const { expression: js, helper } = jsSpelling(fn);
      const names = ["a", "b", "c"].slice(0, arity);
      const expression = names.reduce((text, name, i) => text.replaceAll(`#${i}`, name), js);
      expect(expression).not.toContain("#");
      if (helper !== undefined) expect(helper).toMatch(/^function \w+\(/);
      const text = ts.transpile(helper ?? "", { target: ts.ScriptTarget.ES2022 });
      const run = new Function(...names, `${text}\nreturn ${expression};`) as (...args: number[]) => number;
      const values = fn === "and" || fn === "or" || fn === "not" ? whole : numbers;
      for (const [i, a] of values.entries())
        for (let shift = 0; shift < values.length; shift++) {
          const args = [a, values[(i + shift) % values.length]!, values[(i + 3) % values.length]!].slice(0, arity);
          expect(run(...args), `${fn}(${args})`).toEqual(evaluate(...args));
        }
    });
});
