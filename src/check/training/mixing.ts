// Compares the layers that mix rows of a batch in the fields of a data set.

import { findLayer } from "../../ops/registry.ts";
import type { DataField, ModelNode } from "../model.ts";
import { report } from "../say/report.ts";
import type { Env } from "../state/environment.ts";

type Call = ModelNode & { readonly kind: "call" };

const mixersOf = ({ nodes }: DataField): readonly Call[] =>
  nodes.filter((node): node is Call => node.kind === "call" && findLayer(node.op)?.mixesRows === true);

/** Whether two layers mix the same rows by the same shares: without a seed each draws its own. */
const isAlike = (a: Call, b: Call): boolean =>
  a.op === b.op && typeof a.options.seed === "number" && JSON.stringify(a.options) === JSON.stringify(b.options);

/** Reports NN415 for layers that mix the rows of an input where a target is not mixed as they are. */
export function checkMixing(fields: readonly DataField[], env: Env): void {
  for (const mixed of fields.filter(({ role }) => role === "input")) {
    for (const layer of mixersOf(mixed)) {
      const target = fields.find(
        (field) => field.role === "target" && !mixersOf(field).some((other) => isAlike(layer, other)),
      );
      if (target === undefined) continue;
      const { name, span: declared } = target;
      report(env, { code: "NN415", span: layer.span, layer: layer.text, mixed: mixed.name, target: name, declared });
    }
  }
}
