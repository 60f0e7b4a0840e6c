// Every loss, metric, optimizer, schedule and initializer on every backend: equal to the f64 reference evaluator. The cases
// come from the registry, so that a new definition has its own.

import { describe, test } from "vitest";
import { allBackends } from "../support/backends.ts";
import { everything } from "../support/extent.ts";
import { checkCase } from "./case.ts";
import { definitionCases } from "./definitions.ts";
import { parityOf } from "./record.ts";

const subjects = definitionCases();

/** So many of a list, from its begin to its end. */
const spread = <T>(all: readonly T[], count: number): readonly T[] => {
  const step = Math.max(1, (all.length - 1) / Math.max(1, count - 1));
  return all.filter((_, i) => i % step < 1).slice(0, count);
};

for (const { name, open } of await allBackends())
  describe.skipIf(open === undefined)(name, () => {
    for (const [subject, cases] of subjects)
      test(subject, async ({ task }) => {
        const parity = parityOf(task, name, subject);
        // `npm test` takes some on the target that users get, and one on each other.
        for (const one of everything ? cases : spread(cases, name === "wasm" ? 2 : 1))
          await checkCase(one, open!, parity);
      });
  });
