// The few words that a picture has room for: of a call's options, those that its result depends on.

import type { OptionRecord, OptionValue } from "../ir/graph.ts";
import type { OpDef, OptionDef, OptionKind } from "../ops/definition.ts";

/** The kinds of options that say how weights begin and are held, which a picture leaves out. */
const unshown: ReadonlySet<OptionKind["kind"]> = new Set(["initializer", "regularizer", "constraint"]);

const isNumbers = (value: OptionValue): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number");

/** Returns `0.001` and `12`; long fractions have six digits. */
const numberText = (value: number): string => String(Number(value.toPrecision(6)));

/** `sizes`: numbers are sizes along axes, not a list. */
function valueText(value: OptionValue, sizes: boolean): string {
  if (value === undefined) return "";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string" || typeof value === "boolean") return String(value);
  if (isNumbers(value)) return value.map(numberText).join(sizes ? " × " : ", ");
  if (Array.isArray(value)) return value.map((one) => valueText(one as OptionValue, sizes)).join(", ");
  return "name" in value ? useText(value as { readonly name: string; readonly options: OptionRecord }) : "";
}

/** Returns `LSTM(32)` of a layer that is an option, and `relu` of an activation. */
function useText({ name, options }: { readonly name: string; readonly options: OptionRecord }): string {
  const numbers = Object.values(options).filter((value) => typeof value === "number");
  return /^[A-Z]/.test(name) && numbers.length > 0 ? `${name}(${numberText(numbers[0] as number)})` : name;
}

const words = (name: string): string => name.replace(/^use_/, "").replaceAll("_", " ");

/** Kinds of options whose numbers are sizes. */
const sized: ReadonlySet<OptionKind["kind"]> = new Set(["size", "shape"]);

/** Returns `32`, `3 × 3`, `strides 2`, `same`, `no bias`. */
function optionWords(name: string, value: OptionValue, { type }: OptionDef, positional: boolean): string {
  if (typeof value === "boolean") return value ? words(name) : `no ${words(name)}`;
  const sizes = sized.has(type.kind);
  if (positional) return valueText(value, sizes);
  if (sizes && isNumbers(value) && value.every((one) => one === value[0]))
    return `${words(name)} ${numberText(value[0] ?? 0)}`;
  if (typeof value === "number" || isNumbers(value)) return `${words(name)} ${valueText(value, sizes)}`;
  return valueText(value, sizes);
}

const same = (a: OptionValue, b: OptionValue): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What an option is if nobody gives it, in the form that the checker has: one number stands for each axis. */
function isDefault(value: OptionValue, given: OptionValue): boolean {
  if (value === undefined || same(value, given)) return true;
  if (isNumbers(value) && typeof given === "number") return value.every((one) => one === given);
  return typeof value === "object" && "name" in value && value.name === given;
}

/** Returns the name and options of a call. `numbers`: the arguments that are plain numbers, in their places. */
export function callDetail(
  definition: OpDef,
  options: OptionRecord,
  numbers: readonly (number | undefined)[],
): { readonly name: string; readonly detail: string } {
  const sign = definition.tier === "function" ? definition.infix : undefined;
  if (sign !== undefined) {
    const [left, right] = numbers.map((value) => (value === undefined ? "" : numberText(value)));
    return {
      name: [left ?? "", signs.get(sign) ?? sign, right ?? ""].filter((part) => part !== "").join(" "),
      detail: "",
    };
  }
  const shown = Object.entries(options).flatMap(([name, value]) => {
    const option = definition.options[name];
    if (option === undefined || unshown.has(option.type.kind) || isDefault(value, option.default)) return [];
    const place = definition.positional.indexOf(name);
    return [{ text: optionWords(name, value, option, place >= 0), rank: place < 0 ? Number.POSITIVE_INFINITY : place }];
  });
  const texts = shown.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank)).map(({ text }) => text);
  return { name: definition.name, detail: texts.filter((text) => text !== "").join(", ") };
}

/** Signs as print has them. */
const signs: ReadonlyMap<string, string> = new Map([
  ["*", "×"],
  ["-", "−"],
  ["/", "÷"],
  ["!=", "≠"],
  ["<=", "≤"],
  [">=", "≥"],
]);
