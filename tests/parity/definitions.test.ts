// Every loss, metric, optimizer, schedule and initializer on every backend: equal to the f64 reference evaluator. The cases
// come from the registry, so that a new definition has its own.

import { describe, test } from "vitest";
import { allBackends } from "../support/backends.ts";
import { everything } from "../support/extent.ts";
import { checkCase } from "./case.ts";
import { definitionCases } from "./definitions.ts";
import { parityOf } from "./record.ts";

const subjects = definitionCases();

for (const { name, open } of await allBackends())
  describe.skipIf(open === undefined)(name, () => {
    for (const [subject, cases] of subjects)
      test(subject, async ({ task }) => {
        const parity = parityOf(task, name, subject);
        // `npm test` takes one on each.
        for (const one of everything ? cases : cases.slice(0, 1)) await checkCase(one, open!, parity);
      });
  });
