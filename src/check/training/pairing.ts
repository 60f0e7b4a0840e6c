// A model and the data that a training brings together: which output belongs to which target, and records by outputs.

import type { Span } from "../../base/span.ts";
import type { Expr } from "../../syntax/ast.ts";
import type { CheckedDataset, CheckedModel, DataField } from "../model.ts";
import { report } from "../say/report.ts";
import { suggest } from "../say/suggest.ts";
import type { Env } from "../state/environment.ts";
import { allOf, broken, known, type Resolved } from "../state/resolved.ts";
import type { CheckedEntry } from "./fits.ts";

/** A model and the data that a training brings together. */
export interface Pairing {
  readonly entry: CheckedEntry;
  readonly dataset: CheckedDataset;
  readonly env: Env;
}

export type Output = CheckedModel["outputs"][number];

/** An output and the field that holds its right values. */
export interface Judged {
  readonly output: Output;
  readonly target: DataField;
}

const targetsOf = ({ dataset }: Pairing): readonly DataField[] =>
  dataset.fields.filter(({ role }) => role === "target");

/** Reads a record whose entries are named like outputs; reports other and repeated names. */
export function readRecord<T>(
  record: Extract<Expr, { kind: "record" }>,
  pairing: Pairing,
  read: (expr: Expr, output: Output, name: { readonly text: string; readonly span: Span }) => Resolved<T>,
): Resolved<readonly T[]> {
  const { entry, env } = pairing;
  const { outputs, name: model } = entry.model;
  const seen = new Map<string, Span>();
  if (record.entries.length === 0)
    return report(env, { code: "NN010", span: record.span, owner: "loss", missing: "value" });
  return allOf(
    record.entries.map(({ name, value }) => {
      const { text, span } = name;
      const first = seen.get(text);
      if (first !== undefined) return report(env, { code: "NN004", span, name: text, first, what: "entry" });
      seen.set(text, span);
      const output = outputs.find((each) => each.name === text);
      if (output !== undefined) return read(value, output, name);
      const names = outputs.map((each) => each.name);
      const where = { kind: "model", name: model } as const;
      return report(env, {
        code: "NN005",
        span,
        name: text,
        what: "output",
        where,
        ...suggest(env.session, text, span, names, names),
      });
    }),
  );
}

/** Returns the target of an output: the one of its name, or the only target of an only output. */
export function pairOf(output: Output, span: Span, pairing: Pairing): Resolved<Judged> {
  const targets = targetsOf(pairing);
  const { dataset, entry, env } = pairing;
  const [only] = targets;
  const single = targets.length === 1 && entry.model.outputs.length === 1;
  const target = targets.find(({ name }) => name === output.name) ?? (single ? only : undefined);
  if (target !== undefined) return known({ output, target });
  const names = targets.map(({ name }) => name);
  return report(env, {
    code: "NN005",
    span,
    name: output.name,
    what: "targetField",
    where: { kind: "dataset", name: dataset.name },
    nearest: names,
  });
}

/** Returns the only output and the only target; reports other numbers of them. */
export function onlyPair(pairing: Pairing, span: Span): Resolved<Judged> {
  const { entry, dataset, env } = pairing;
  const { outputs, name: model } = entry.model;
  const targets = targetsOf(pairing);
  const [output, another] = outputs;
  const [target, second] = targets;
  if (output === undefined) return broken;
  if (target === undefined)
    return report(env, { code: "NN010", span, owner: "loss", missing: { kind: "target", dataset: dataset.name } });
  if (another === undefined && second === undefined) return known({ output, target });
  return report(env, {
    code: "NN207",
    span,
    model,
    misfit: {
      kind: "count",
      outputs: outputs.map(({ name }) => name),
      targets: targets.length,
      dataset: dataset.name,
    },
    declared: target.span,
    made: entry.declared.name.span,
  });
}
