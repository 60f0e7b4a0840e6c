// Finds a batch axis in the source: nnc never wants it written, but people write `f32[None, 28, 28, 1]`.

import { leaveOut } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { Expr, TypeExpr } from "../../syntax/ast.ts";

/** Names that mean the batch in the first place of a shape. */
const batchNames: ReadonlySet<string> = new Set(["None", "batch", "batch_size", "batchsize", "BATCH_SIZE"]);

export const isBatchName = (entry: Expr | undefined): boolean => entry?.kind === "name" && batchNames.has(entry.name);

/** Returns the extra evidence for NN101 if the first axis of `type` is one too many for a value of `rank` axes. */
export function batchWritten(type: TypeExpr, rank: number): { readonly batch?: true; readonly fix?: Fix } {
  const [first, second] = type.shape ?? [];
  const open = first?.kind === "name" || first?.kind === "placeholder";
  if (first === undefined || second === undefined || !open || type.shape?.length !== rank + 1) return {};
  const span = { ...first.span, end: second.span.start };
  return { batch: true, fix: leaveOut(span, first.kind === "name" ? first.name : "_", isBatchName(first)) };
}
