// A check of data as one module of JavaScript: the reader of the source, and what looks at the rows. It holds no model.

import { comment, type Literal, literal } from "./literal.ts";
import { runtimeRoots, runtimeText } from "./runtime.ts";
import { asJavaScript } from "./types.ts";

export interface CheckerRequest {
  /** The plan of runtime/core/data/plan.ts, as a value to print. */
  readonly plan: Literal;
  readonly source: string;
  readonly title: string;
}

/** The files of a check's folder; undefined where the runtime has no reader for the source. */
export function checkerFiles({ plan, source, title }: CheckerRequest): ReadonlyMap<string, string> | undefined {
  const roots = runtimeRoots(source);
  if (roots === undefined) return undefined;
  const reader = roots.filter((root) => root.startsWith("core/sources/"));
  const text = [
    ...comment(title).map((line) => `// ${line}`),
    asJavaScript(`const plan = ${literal(plan)};`).trim(),
    runtimeText([...reader, "node/dataCheck"], "js"),
    "export const trainer = { plan, loadSource };",
    "export const runTrainer = runDataCheck;",
    "",
  ];
  return new Map([
    ["package.json", `${JSON.stringify({ type: "module" }, undefined, 2)}\n`],
    ["train.js", text.join("\n\n")],
  ]);
}
