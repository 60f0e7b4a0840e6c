// The values of expressions: making them, and showing them in messages.

import type { Actual } from "../../diagnostics/catalogue/phrases.ts";
import type { Size } from "../../ir/size.ts";
import type { Value } from "./environment.ts";

export const int = (size: Size): Value => ({ kind: "int", size });

/** The value as a message names it: its kind, and the value itself where it is short. */
export function shown(value: Value): Actual {
  switch (value.kind) {
    case "int":
      return { kind: "integer", value: typeof value.size === "number" ? value.size : undefined };
    case "float":
      return { kind: "number", value: value.value };
    case "bool":
      return { kind: "boolean", value: value.value };
    case "choice":
      return { kind: "word", name: value.name };
    case "size":
      return { kind: "size", text: value.values.join("x") };
    case "tuple":
      return { kind: "values", count: value.items.length };
    case "string":
    case "list":
    case "layer":
    case "tensor":
    case "record":
      return value.kind;
    case "open":
    case "broken":
      return "unknown";
  }
}

/** Names a parameter's declared kind may have, with what they accept; `any` where no kind is declared. */
export const optionKinds = ["int", "float", "bool", "string", "choice", "size", "layer"] as const;
export type ParameterKind = (typeof optionKinds)[number] | "any";
