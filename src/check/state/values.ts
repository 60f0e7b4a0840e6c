// The values of expressions: making them, and what a person calls them.

import type { Size } from "../../ir/size.ts";
import type { Value } from "./environment.ts";

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
    case "open":
    case "broken":
      return "something unknown";
  }
}

/** Names a parameter's declared kind may have, with what they accept; `any` where no kind is declared. */
export const optionKinds = ["int", "float", "bool", "string", "choice", "size", "layer"] as const;
export type ParameterKind = (typeof optionKinds)[number] | "any";
