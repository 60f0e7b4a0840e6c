// Makes the values of expressions, and shows them in messages.

import type { Actual } from "../../diagnostics/catalogue/phrases.ts";
import type { Size } from "../../ir/size.ts";
import type { Value } from "./environment.ts";

export const int = (size: Size): Value => ({ kind: "int", size });

/** Returns the value as a message names it: its kind, and the value itself if it is short. */
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
    case "column":
      return "textColumn";
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

/** The names of the kinds of parameters, with the values they accept; `any` without a declared kind. */
export const optionKinds = ["int", "float", "bool", "string", "choice", "size", "layer"] as const;
export type ParameterKind = (typeof optionKinds)[number] | "any";
