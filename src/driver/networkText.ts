// The few words that a picture has room for: of a call's options, those that its result depends on.

import type { OptionRecord, OptionValue } from "../ir/graph.ts";
import type { OpDef, OptionKind } from "../ops/definition.ts";

/** The kinds of options that say how weights begin and are held, which a picture leaves out. */
const unshown: ReadonlySet<OptionKind["kind"]> = new Set(["initializer", "regularizer", "constraint"]);

const isNumbers = (value: OptionValue): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number");

/** Returns `0.001` and `12`; long fractions have six digits. */
const numberText = (value: number): string => String(Number(value.toPrecision(6)));

function valueText(value: OptionValue): string {
  if (value === undefined) return "";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string" || typeof value === "boolean") return String(value);
  if (isNumbers(value)) return value.map(numberText).join(" × ");
  if (Array.isArray(value)) return value.map((one) => valueText(one as OptionValue)).join(", ");
  return "name" in value ? useText(value as { readonly name: string; readonly options: OptionRecord }) : "";
}

/** Returns `LSTM(32)` of a layer that is an option, and `relu` of an activation. */
function useText({ name, options }: { readonly name: string; readonly options: OptionRecord }): string {
  const numbers = Object.values(options).filter((value) => typeof value === "number");
  return /^[A-Z]/.test(name) && numbers.length > 0 ? `${name}(${numberText(numbers[0] as number)})` : name;
}

const words = (name: string): string => name.replace(/^use_/, "").replaceAll("_", " ");

/** Returns `32`, `3 × 3`, `strides 2`, `same`, `no bias`. */
function optionWords(name: string, value: OptionValue, positional: boolean): string {
  if (typeof value === "boolean") return value ? words(name) : `no ${words(name)}`;
  if (positional) return valueText(value);
  if (isNumbers(value) && value.every((one) => one === value[0])) return `${words(name)} ${numberText(value[0] ?? 0)}`;
  if (typeof value === "number" || isNumbers(value)) return `${words(name)} ${valueText(value)}`;
  return valueText(value);
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
  const shown = Object.entries(options)
    .filter(([name]) => {
      const option = definition.options[name];
      return option !== undefined && !unshown.has(option.type.kind);
    })
    .filter(([name, value]) => !isDefault(value, definition.options[name]?.default))
    .map(([name, value]) => ({ name, value, place: definition.positional.indexOf(name) }))
    .sort((a, b) => rank(a.place) - rank(b.place));
  const texts = shown.map(({ name, value, place }) => optionWords(name, value, place >= 0));
  return { name: definition.name, detail: texts.filter((text) => text !== "").join(", ") };
}

const rank = (place: number): number => (place < 0 ? Number.POSITIVE_INFINITY : place);

/** Signs as print has them. */
const signs: ReadonlyMap<string, string> = new Map([
  ["*", "×"],
  ["-", "−"],
  ["/", "÷"],
]);
