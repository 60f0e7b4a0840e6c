// Every example of every operator, with its gradients, on target `tfjs`, on each backend that is installed: equal to the
// f64 reference evaluator, for the whole batch and for fewer samples, and no tensor is left behind.

import { describe, test } from "vitest";
import { toWholePrims } from "../../src/passes/index.ts";
import { operatorCases } from "../parity/operatorCase.ts";
import { parityOf } from "../parity/record.ts";
import { everything } from "../support/extent.ts";
import { compileTfjs, tfjsBackends } from "../support/tfjs.ts";

const cases = operatorCases();

// `npm test` takes the plainest.
const backends = (await tfjsBackends()).filter(({ name }) => everything || name === "cpu");
for (const { name, select } of backends)
  describe.skipIf(select === undefined)(name, () => {
    for (const one of cases)
      test(one.title, async ({ task }) => {
        const loaded = compileTfjs(await select!(), toWholePrims(one.ops));
        one.check(loaded, parityOf(task, `tfjs ${name}`, one.subject));
        loaded.close?.();
      });
  });
