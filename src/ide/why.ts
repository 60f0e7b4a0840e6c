// Why a value has its shape: the way from the input of its model down to the place, a layer each, with the rule that made
// each shape.

import type { Span } from "../base/span.ts";
import { graphType, type ModelNode } from "../check/model.ts";
import { statementsIn } from "../check/program/walk.ts";
import { textOf, wayTo } from "../check/say/trace.ts";
import { tensorText } from "../check/say/words.ts";
import type { OptionValue } from "../ir/graph.ts";
import { findOperator } from "../ops/registry.ts";
import { asExpr, asKinded, asName, pathAt } from "./locate.ts";
import { occurrenceAt } from "./names.ts";
import type { Snapshot } from "./snapshot.ts";
import { placeText } from "./text.ts";

/** A model, with errors or without. */
type Computed = { readonly nodes: readonly ModelNode[] };

export interface WhyStep {
  readonly span: Span;
  /** As written: `Conv2D(32, 3x3)`. */
  readonly text: string;
  /** `26 × 26 × 32` */
  readonly shape: string;
  /** How the layer makes this shape; missing for inputs. */
  readonly rule?: string;
}

/**
 * Returns the steps to the value at `offset`, the input first. None if there is no value, or if errors keep the checker from it.
 */
export function why(snapshot: Snapshot, file: string, offset: number): readonly WhyStep[] {
  for (const span of spansAt(snapshot, file, offset))
    for (const model of [...snapshot.program.models, ...snapshot.program.unfinished]) {
      const found = lastIn(snapshot, model, span);
      if (found !== undefined) return stepsTo(model, found);
    }
  return [];
}

/** Returns what makes the value of a part of the text: in a pipe, its last stage. Of several uses, the first one counts. */
function lastIn(snapshot: Snapshot, model: Computed, part: Span): ModelNode | undefined {
  const isIn = ({ file, start, end }: Span): boolean => file === part.file && part.start <= start && end <= part.end;
  const made = model.nodes.filter(({ span, kind }) => kind !== "number" && isIn(span));
  const used = snapshot.program.facts.flatMap((fact) => {
    const node =
      fact.kind === "shape" && fact.value !== undefined && isIn(fact.span) ? model.nodes[fact.value] : undefined;
    // Another model may be the one that has this value.
    const fits =
      fact.kind === "shape" && node !== undefined && tensorText(node.type) === tensorText(graphType(fact.output));
    return fits ? [{ node, span: fact.span }] : [];
  });
  const all = [...made.map((node) => ({ node, span: node.span })), ...used];
  const latest = Math.max(...all.map(({ span }) => span.end));
  return all.find(({ span }) => span.end === latest)?.node;
}

/** Returns the parts of the text that may hold the value meant, the likeliest first. */
function spansAt(snapshot: Snapshot, file: string, offset: number): readonly Span[] {
  const path = pathAt(snapshot.files.get(file), offset);
  const at = occurrenceAt(snapshot, file, offset);
  const around = at?.inside.kind === "block" || at?.inside.kind === "model" ? at.inside : undefined;
  const statements = (around?.body.statements ?? []).flatMap((statement) => [
    statement,
    ...(statement.value === undefined ? [] : statementsIn(statement.value)),
  ]);
  const made = statements.flatMap((statement) =>
    statement.kind === "let" && statement.name.span.start === at?.declared.start ? [statement.value.span] : [],
  );
  const found: Span[] = [...made, ...(at?.kind === "input" ? [at.declared] : [])];
  for (const node of [...path].reverse()) {
    const kind = asKinded(node)?.kind;
    if (kind === "block" || kind === "model") break;
    if (asExpr(node) !== undefined || asName(node) !== undefined || kind !== undefined) found.push(node.span);
  }
  return found;
}

const stepsTo = (model: Computed, node: ModelNode): readonly WhyStep[] =>
  wayTo(model, node.id).map((step) => {
    const rule = ruleOf(model, step);
    return {
      span: step.span,
      text: textOf(step),
      shape: tensorText(step.type),
      ...(rule === undefined ? {} : { rule }),
    };
  });

/** Returns the arithmetic of a window where that is what made the shape; otherwise what the layer does. */
function ruleOf(model: Computed, node: ModelNode): string | undefined {
  if (node.kind !== "call") return undefined;
  return windowRule(model, node) ?? findOperator(node.op)?.summary;
}

type Call = Extract<ModelNode, { kind: "call" }>;

const numbers = (value: OptionValue): readonly number[] | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === "number") ? (value as number[]) : undefined;

function windowRule(model: Computed, { args, options, type }: Call): string | undefined {
  const window = numbers(options.kernel_size) ?? numbers(options.pool_size);
  const [first] = args;
  const before = first === undefined ? undefined : model.nodes[first]?.type.shape;
  if (window === undefined || before === undefined || before.length !== type.shape.length) return undefined;
  const strides = numbers(options.strides) ?? window.map(() => (options.pool_size === undefined ? 1 : 0));
  const gaps = numbers(options.dilation_rate) ?? window.map(() => 1);
  const lines = window.map((size, i): string | undefined => {
    const from = before[i + 1];
    const to = type.shape[i + 1];
    const stride = strides[i] === 0 ? size : (strides[i] ?? 1);
    if (typeof from !== "number" || typeof to !== "number") return undefined;
    if (options.padding === "same")
      return Math.ceil(from / stride) === to ? `⌈${from} / ${stride}⌉ = ${to}` : undefined;
    const reach = (gaps[i] ?? 1) * (size - 1) + 1;
    if (options.padding !== "valid" || Math.floor((from - reach) / stride) + 1 !== to) return undefined;
    return stride === 1 ? `${from} − ${reach} + 1 = ${to}` : `⌊(${from} − ${reach}) / ${stride}⌋ + 1 = ${to}`;
  });
  if (lines.includes(undefined)) return undefined;
  return [...new Set(lines)].join(", ");
}

/** Returns the steps as lines of text, for people. */
export function whyText(snapshot: Snapshot, steps: readonly WhyStep[]): string {
  const lines = steps.map((step) => ({ ...step, place: placeText(snapshot, step.span) }));
  const width = (of: (line: (typeof lines)[number]) => string): number =>
    Math.max(0, ...lines.map((line) => of(line).length));
  const places = width(({ place }) => place);
  const texts = width(({ text }) => text);
  const shapes = width(({ shape }) => shape);
  return lines
    .map(({ place, text, shape, rule = "" }) =>
      `${place.padEnd(places)}  ${text.padEnd(texts)}  ${shape.padEnd(shapes)}  ${rule}`.trimEnd(),
    )
    .join("\n");
}
