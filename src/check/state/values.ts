// What expressions stand for while checking: compile-time values, layers that wait for their inputs, and tensors. How they
// are computed is in evaluate.ts and its neighbours.

import type { Span } from "../../base/span.ts";
import type { ValueId } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { OpDef } from "../../ops/definition.ts";
import type { Argument, Block } from "../../syntax/ast.ts";
import type { Element, LangType } from "../model.ts";
import { innerShape, isBatched } from "../say/words.ts";
import type { Env } from "./environment.ts";

export interface Tensor {
  readonly kind: "tensor";
  readonly id: ValueId;
  readonly type: TensorType;
  readonly element: Element;
  /** Names of the axes without the batch, where a signature gives them. */
  readonly axes?: readonly (string | undefined)[];
}

/** A layer with its options still as written: they are read where it is applied, in the scope it was written in. */
export interface Layer {
  readonly of: { readonly kind: "op"; readonly def: OpDef } | { readonly kind: "block"; readonly block: Block };
  readonly arguments: readonly Argument[];
  readonly env: Env;
  readonly span: Span;
  readonly text: string;
  /** A `layer` statement made it: every use shares the weights of this path. */
  readonly path?: string;
}

export type Value =
  | { readonly kind: "int"; readonly size: Size }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  /** A bare word that names nothing: `same`. */
  | { readonly kind: "choice"; readonly name: string }
  | { readonly kind: "size"; readonly values: readonly number[] }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "layer"; readonly layer: Layer }
  | Tensor
  | { readonly kind: "tuple"; readonly items: readonly Value[] }
  | { readonly kind: "record"; readonly entries: ReadonlyMap<string, { readonly value: Value; readonly span: Span }> }
  /** Broken and already reported, or open because a block is looked at alone. Whatever depends on it stays quiet. */
  | { readonly kind: "unknown" };

export const unknown: Value = { kind: "unknown" };
export const int = (size: Size): Value => ({ kind: "int", size });

/** How a person calls the kind of a value: `a whole number`, `a tensor of 28 × 28 × 1`. */
export function kindText(value: Value): string {
  switch (value.kind) {
    case "int":
      return typeof value.size === "number" ? `the whole number ${value.size}` : "a whole number";
    case "float":
      return `the number ${value.value}`;
    case "bool":
      return `'${value.value}'`;
    case "string":
      return "a string";
    case "choice":
      return `the word '${value.name}'`;
    case "size":
      return `the size ${value.values.join("x")}`;
    case "list":
      return "a list";
    case "layer":
      return "a layer";
    case "tensor":
      return "a tensor";
    case "tuple":
      return `${value.items.length} values`;
    case "record":
      return "a record";
    case "unknown":
      return "something unknown";
  }
}

export const langType = (tensor: Pick<Tensor, "type" | "element">): LangType => ({
  element: tensor.element,
  shape: innerShape(tensor.type),
  batched: isBatched(tensor.type),
});

/** Names a parameter's declared kind may have, with what they accept; `any` where no kind is declared. */
export const optionKinds = ["int", "float", "bool", "string", "choice", "size", "layer"] as const;
export type ParameterKind = (typeof optionKinds)[number] | "any";
