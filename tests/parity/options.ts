// Options of any definition: its defaults, and the same with each option set to something else, alone and all together.

import type { OptionRecord, OptionValue } from "../../src/ir/graph.ts";
import type { Definition, OptionDef, OptionKind } from "../../src/ops/definition.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { everything } from "../support/extent.ts";

/** Values of a kind, of which the first ones that fit are taken. */
function candidates(kind: OptionKind): readonly OptionValue[] {
  const inside = (value: number): boolean => {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = kind as { min?: number; max?: number };
    return value >= min && value <= max;
  };
  switch (kind.kind) {
    case "float":
      return [0.5, 0.75, 2].filter(inside);
    case "int":
      return [7, 2, 1, 0].filter(inside);
    case "bool":
      return [true, false];
    case "choice":
      return kind.values;
    case "numbers":
      return [
        [3, 9],
        [0, 1],
        [0.5, 0.2, 0.1],
      ];
    // A rate may be a schedule: those are tested by themselves.
    case "rate":
      return [0.03];
    default:
      return [];
  }
}

const problemOf = (definition: Definition, options: OptionRecord) =>
  "problem" in definition ? definition.problem?.(options) : undefined;

/** All ways to set the required options; those that fit together. */
function required(definition: Definition): OptionRecord {
  let ways: OptionRecord[] = [{}];
  for (const [name, option] of Object.entries(definition.options))
    if (option.required === true)
      ways = ways.flatMap((way) => candidates(option.type).map((value) => ({ ...way, [name]: value })));
  const fitting = ways.map((way) => withDefaults(definition.options, way)).find((way) => !problemOf(definition, way));
  if (fitting === undefined) throw new Error(`tests/parity/options.ts knows no options for ${definition.name}`);
  return fitting;
}

const others = (option: OptionDef, given: OptionValue): readonly OptionValue[] => {
  const { type, default: usual } = option;
  // A number of any size works near its default: those of muon's polynomial would leave f32 elsewhere.
  const free = type.kind === "float" && type.min === undefined && type.max === undefined;
  if (free && typeof usual === "number" && usual !== 0) return [usual * 1.01];
  const different = candidates(option.type).filter((value) => value !== given);
  return option.type.kind === "choice" ? different : different.slice(0, 1);
};

/** The defaults, and each option changed alone and all together; `npm test` takes the first and the last of these. */
export function variantsOf(definition: Definition): readonly OptionRecord[] {
  const base = required(definition);
  const alone = Object.entries(definition.options).flatMap(([name, option]) =>
    option.required === true ? [] : others(option, base[name]).map((value) => ({ ...base, [name]: value })),
  );
  const together = { ...base };
  for (const [name, option] of Object.entries(definition.options)) {
    const changed = option.excludes?.some((other) => together[other] !== base[other]) === true;
    const [value] = option.required === true || changed ? [] : others(option, base[name]);
    if (value !== undefined) together[name] = value;
  }
  const all = [base, ...alone, ...(alone.length > 1 ? [together] : [])];
  const fitting = all.filter((options) => !problemOf(definition, options));
  return everything ? fitting : fitting.filter((_, i) => i === 0 || i === fitting.length - 1);
}

/** What differs from the defaults, for a title. */
export const changesOf = (definition: Definition, options: OptionRecord): string =>
  Object.entries(options)
    .filter(([name, value]) => value !== definition.options[name]?.default)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ");
