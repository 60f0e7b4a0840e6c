// Writes sizes and shapes as expressions of generated code, in which `n` is the number of samples.

import { CompilerBug } from "../../base/compilerBug.ts";
import { BATCH, type Size } from "../../ir/size.ts";

/** `n`, `26`, `4 * n`. Throws if another symbol is left, which is a compiler bug. */
export function sizeText(size: Size): string {
  if (typeof size === "number") return String(size);
  const terms = size.terms.map(({ factor, atoms }) => {
    if (atoms.some((atom) => atom !== BATCH)) throw new CompilerBug("an axis is still symbolic");
    const names = atoms.map(() => "n");
    return [...(factor === 1 && names.length > 0 ? [] : [String(factor)]), ...names].join(" * ");
  });
  return terms.join(" + ");
}

export const shapeText = (shape: readonly Size[]): string => `[${shape.map(sizeText).join(", ")}]`;
