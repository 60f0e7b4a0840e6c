// Every example of every operator, with its gradients, on targets `js` and `wasm`: equal to the f64 reference evaluator, fused
// and not, for the whole batch and for fewer samples, with memory that starts full of NaN.

import { describe, expect, test } from "vitest";
import { parseLoops } from "../../src/ir/loopParse.ts";
import { printLoops } from "../../src/ir/loopText.ts";
import { toPrims } from "../../src/passes/index.ts";
import { BATCH, type OperatorCase, operatorCases } from "../parity/operatorCase.ts";
import { parityOf } from "../parity/record.ts";
import { compileJs, compileWasm } from "../support/compiled.ts";
import { everything } from "../support/extent.ts";

const targets = {
  js: ({ ops }: OperatorCase, fusion: boolean) => compileJs(toPrims(ops), BATCH, fusion),
  wasm: ({ ops }: OperatorCase, fusion: boolean) =>
    compileWasm(toPrims(ops, { adds: true, winograd: true }), BATCH, fusion),
};

const cases = operatorCases();

/** `npm test` takes the target that users get; the definitions' numbers hold `js` there as well. */
const taken = Object.entries(targets).filter(([target]) => everything || target === "wasm");

for (const [target, compile] of taken)
  describe(target, () => {
    for (const one of cases)
      test(one.title, async ({ task }) => {
        const parity = parityOf(task, target, one.subject);
        // `npm test` takes what users get, and so do other sizes.
        for (const fusion of everything && !/, (odd sizes|sizes of 1)/.test(one.title) ? [true, false] : [true]) {
          const compiled = await compile(one, fusion);
          const text = printLoops(compiled.loops);
          expect(printLoops(parseLoops(text))).toBe(text);
          one.check(compiled, parity, `, fusion ${fusion}`);
        }
      });
  });
