// The only entrance to the recursion of evaluation: its files need each other, and no other file imports them singly.

export { applyLayer } from "./apply.ts";
export { numberIn } from "./arithmetic.ts";
export { bodyValue, checkAlone } from "./blocks.ts";
export { convertNamed, convertOption, type UsedTier } from "./convert.ts";
export { declare } from "./declare.ts";
export { applied, evaluate } from "./evaluate.ts";
export { step } from "./limits.ts";
export { addLoss, classPlace, withClasses } from "./losses.ts";
export { bindOptions, inputsOf, optionsOf, sameElement } from "./parameters.ts";
export { isDimension, resolveElement, sizeOf, wholeShape } from "./types.ts";
