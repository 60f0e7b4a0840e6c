// The options of a call: matches arguments with options (by name, alias or position), and reports missing ones. convert.ts
// knows the values that fit an option.

import type { Span } from "../../base/span.ts";
import type { Departure } from "../../diagnostics/catalogue/departures.ts";
import { leaveOut, write } from "../../diagnostics/catalogue/fixes.ts";
import { code } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { OptionRecord, OptionValue } from "../../ir/graph.ts";
import type { Definition, OptionDef } from "../../ops/definition.ts";
import { keepsSize } from "../../ops/elsewhere.ts";
import { commonOptions, ruleOptions } from "../../ops/governed.ts";
import type { Argument, Expr } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import { maySuggest, suggestHabit } from "../say/suggest.ts";
import { exprText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import { broken, known, type Resolved, type Unresolved, unresolvedOf, valueIn } from "../state/resolved.ts";
import { find } from "../state/scope.ts";
import type { Tensor } from "../state/tensor.ts";
import { convertOption } from "./convert.ts";

export interface Options {
  /** Every option of the definition, with defaults. */
  readonly options: OptionRecord;
  readonly spans: ReadonlyMap<string, Span>;
  /** The places of options written as plain numbers, so that a fix can put another number there. */
  readonly literals: ReadonlyMap<string, Span>;
  /** The places of options written as a word of the language: `relu`, `false`. */
  readonly words: ReadonlyMap<string, Span>;
  /** The option `name:` of layers and functions. */
  readonly name?: string;
  /** The option `trainable:` of layers with weights. */
  readonly trainable?: boolean;
  /** The regularizers and constraints that are given, by the names of their options. */
  readonly rules: OptionRecord;
}

/** The options of a definition, with those that every layer has. */
interface Table {
  /** By all their names, their own names first. */
  readonly bySpelling: ReadonlyMap<string, readonly [string, OptionDef]>;
  /** The own name of each spelling. */
  readonly named: ReadonlyMap<string, string>;
  readonly all: readonly (readonly [string, OptionDef])[];
  readonly own: readonly string[];
  readonly rules: readonly string[];
  /** The values of options that a call may leave out. */
  readonly usual: ReadonlyMap<string, Resolved<OptionValue>>;
}

/** A table follows from its definition alone, so each is made once. */
const tables = new WeakMap<Definition, Table>();

function tableOf(def: Definition): Table {
  const before = tables.get(def);
  if (before !== undefined) return before;
  const all = [...Object.entries(def.options), ...Object.entries(commonOptions(def))];
  const bySpelling = new Map<string, readonly [string, OptionDef]>();
  for (const [name, option] of all)
    for (const spelling of [name, ...(option.aliases ?? [])])
      if (!bySpelling.has(spelling)) bySpelling.set(spelling, [name, option]);
  const table: Table = {
    bySpelling,
    named: new Map([...bySpelling].map(([spelling, [name]]) => [spelling, name])),
    all,
    own: Object.keys(def.options),
    rules: Object.keys(ruleOptions(def)),
    usual: new Map(
      all.flatMap(([name, option]) =>
        "default" in option || option.optional === true ? [[name, known(option.default)] as const] : [],
      ),
    ),
  };
  tables.set(def, table);
  return table;
}

const ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

interface Taken {
  readonly argument: Argument;
  readonly position?: number;
}

/** Matches arguments with names; reports NN003 for those that do not fit. Operators and blocks share it. */
export function assignArguments(
  env: Env,
  owner: string,
  argumentsGiven: readonly Argument[],
  positional: readonly string[],
  named: ReadonlyMap<string, string>,
): ReadonlyMap<string, Taken> {
  const taken = new Map<string, Taken>();
  // `Conv2D(32, 3x3,, relu)`: positions are uncertain after an unreadable argument.
  const damaged = argumentsGiven.some(({ name, value }) => name === undefined && value.kind === "hole");
  let position = 0;
  for (const argument of argumentsGiven) {
    const { name: written, value, span } = argument;
    if (written === undefined) {
      const name = positional[position];
      const most = positional.length;
      if (name === undefined) {
        const rest = [...new Set(named.values())].filter((own) => !positional.includes(own));
        const number = decimalComma(argumentsGiven, argument);
        const reason = { kind: "many" as const, most, named: rest, ...number };
        if (!damaged)
          report(env, { code: "NN003", span, owner: code(owner), option: exprText(value), word: "option", reason });
      } else if (taken.has(name)) repeated(env, owner, name, argument, { taken, all: argumentsGiven });
      else taken.set(name, { argument, position });
      position++;
      continue;
    }
    const name = named.get(written.text);
    if (name === undefined) {
      const free = !maySuggest(env.session)
        ? []
        : [...named].filter(([, own]) => !taken.has(own)).map(([spelling]) => spelling);
      const suggestion = suggestHabit(env.session, "option", written.text, written.span, free, free);
      const spare = isSpare(suggestion.departure, value) ? { fix: withoutArgument(argumentsGiven, argument) } : {};
      const reason = { kind: "unknown" as const, ...suggestion, ...spare };
      report(env, {
        code: "NN003",
        span: written.span,
        owner: code(owner),
        option: written.text,
        word: "option",
        reason,
      });
    } else if (taken.has(name)) repeated(env, owner, written.text, argument, { taken, all: argumentsGiven }, name);
    else taken.set(name, { argument });
  }
  return taken;
}

/** Whether an option of another library says nothing that is not so here anyway. */
const isSpare = (departure: Departure | undefined, value: Expr): boolean =>
  departure === "inferredShapes" ||
  departure === "inPlace" ||
  departure === "dtype" ||
  departure === "seed" ||
  departure === "batchFirst" ||
  departure === "ownSteps" ||
  departure === "decidedWays" ||
  (["keptStates", "timeFirst", "denseTensors"].includes(departure ?? "") && exprText(value) === "false") ||
  (departure === "stackedLayers" && exprText(value) === "1") ||
  (departure === "bothWays" && exprText(value) === "false") ||
  (departure === "channelsLast" && /^"?channels_last"?$/.test(exprText(value)));

/** Returns the fix that takes an argument out of its call, with one of the commas around it. */
function withoutArgument(all: readonly Argument[], argument: Argument): Fix {
  const at = all.indexOf(argument);
  const [before, after] = [all[at - 1], all[at + 1]];
  const { span } = argument;
  const start = before === undefined ? span.start : before.span.end;
  const end = before === undefined && after !== undefined ? after.span.start : span.end;
  return leaveOut({ ...span, start, end }, argument.name?.text ?? exprText(argument.value), true);
}

/** `adam(0,001)`: two whole numbers with a comma and no blank between them are one, as people of many countries write it. */
function decimalComma(all: readonly Argument[], argument: Argument): { readonly number?: Fix } {
  const before = all[all.indexOf(argument) - 1]?.value;
  const { value, span } = argument;
  if (before?.kind !== "number" || value.kind !== "number" || !before.isInteger || !value.isInteger) return {};
  if (value.span.start !== before.span.end + 1 || argument.name !== undefined) return {};
  const digits = String(value.value).padStart(value.span.end - value.span.start, "0");
  return { number: write({ ...span, start: before.span.start }, `${before.value}.${digits}`, true) };
}

function repeated(
  env: Env,
  owner: string,
  written: string,
  argument: Argument,
  { taken, all }: { readonly taken: ReadonlyMap<string, Taken>; readonly all: readonly Argument[] },
  name = written,
): void {
  const before = taken.get(name);
  if (before === undefined) return;
  const first = before.argument.span;
  const { position } = before;
  const number = decimalComma(all, argument);
  const reason =
    position === undefined
      ? { kind: "repeated" as const, first, ...number }
      : {
          kind: "positional" as const,
          ordinal: ordinals[position] ?? `number ${position + 1}`,
          value: exprText(before.argument.value),
          first,
          ...number,
        };
  report(env, { code: "NN003", span: argument.span, owner: code(owner), option: written, word: "option", reason });
}

/** Reports NN003 for an option that another given one rules out. */
function excluded(env: Env, def: Definition, taken: ReadonlyMap<string, Taken>): Unresolved | undefined {
  for (const [option, { argument }] of taken)
    for (const by of def.options[option]?.excludes ?? []) {
      const first = taken.get(by)?.argument.span;
      // Reported once, at the later of the two.
      if (first === undefined || first.start > argument.span.start) continue;
      const reason = { kind: "excluded" as const, by, first };
      return report(env, { code: "NN003", span: argument.span, owner: code(def.name), option, word: "option", reason });
    }
  return undefined;
}

/** Returns the options of one call, converted and complete. `inputs`: the tensors whose axes options may name. */
export function readOptions(
  def: Definition,
  argumentsGiven: readonly Argument[],
  env: Env,
  span: Span,
  inputs: readonly Tensor[] = [],
): Resolved<Options> {
  const table = tableOf(def);
  const taken = assignArguments(env, def.name, argumentsGiven, def.positional, table.named);
  const refused = taken.size < argumentsGiven.length;
  const values = new Map<string, Resolved<OptionValue>>();
  for (const [name, { argument }] of taken) {
    const option = table.bySpelling.get(name)?.[1];
    if (option === undefined) continue;
    const place = { what: { kind: "option", name: name, of: def.name }, inputs } as const;
    const foreign =
      foreignNone(option, argument, argumentsGiven, env) ??
      foreignPadding(def, name, option, { argument, taken }, env) ??
      foreignKernel(def, option, { argument, taken }, env);
    if (foreign !== undefined) values.set(name, foreign);
    else
      values.set(
        name,
        isNone(option, argument.value, env) ? known(undefined) : convertOption(option.type, argument.value, env, place),
      );
  }
  for (const [name, option] of table.all)
    if (!taken.has(name) && !table.usual.has(name))
      values.set(name, withoutDefault(def, name, option, refused, span, env));
  const missing = refused ? broken : unresolvedOf(values.values());
  if (missing !== undefined) return missing;
  return excluded(env, def, taken) ?? complete(def, taken, values, span, env);
}

/** Reports Python's `None`: it is `none` for an option that may be unset, and else its default. */
function foreignNone(
  option: OptionDef,
  argument: Argument,
  all: readonly Argument[],
  env: Env,
): Unresolved | undefined {
  const { value } = argument;
  if (value.kind !== "name" || value.name !== "None" || find(env.scope, value.name) !== undefined) return undefined;
  const isWord = option.optional === true && option.type.kind !== "choice";
  const fix = isWord ? write(value.span, "none", true) : withoutArgument(all, argument);
  return report(env, { code: "NN005", span: value.span, name: value.name, nearest: [], fix, departure: "leftOut" });
}

/** Reports PyTorch's padding, a number of pixels on each side. */
function foreignPadding(
  def: Definition,
  name: string,
  { type }: OptionDef,
  { argument, taken }: { readonly argument: Argument; readonly taken: ReadonlyMap<string, Taken> },
  env: Env,
): Unresolved | undefined {
  const { value } = argument;
  if (name !== "padding" || type.kind !== "choice" || value.kind !== "number") return undefined;
  const textOf = (option: string): string | undefined => {
    const given = taken.get(option)?.argument.value;
    return given === undefined ? undefined : exprText(given);
  };
  const isSame = keepsSize(value.value, textOf("kernel_size"), textOf("strides")) && !taken.has("dilation_rate");
  const word = value.value === 0 ? "valid" : isSame ? "same" : undefined;
  return report(env, {
    code: "NN009",
    span: value.span,
    what: { kind: "option", name, of: def.name },
    expected: { kind: "oneOf", words: type.values },
    actual: { kind: "code", text: exprText(value) },
    ...(word === undefined ? { advice: "pixels" as const } : { fix: write(value.span, word, true) }),
  });
}

/** Reports a second number after that of a kernel: `Conv2D(32, 3, 3)`. */
function foreignKernel(
  def: Definition,
  { type }: OptionDef,
  { argument, taken }: { readonly argument: Argument; readonly taken: ReadonlyMap<string, Taken> },
  env: Env,
): Unresolved | undefined {
  const kernel = taken.get("kernel_size")?.argument;
  const rank = def.options.kernel_size?.type;
  const second = argument.value;
  const isRow = argument.name === undefined && kernel?.name === undefined && kernel?.value.kind === "number";
  if (!isRow || second.kind !== "number" || type.kind !== "activation") return undefined;
  if (rank?.kind !== "size" || rank.rank !== 2) return undefined;
  const [first, other] = [exprText(kernel.value), exprText(second)];
  const span = { ...second.span, start: kernel.value.span.start };
  // Keras 1 has a number for each axis, later ones the stride, which is hardly ever as large as the kernel.
  const isStride = second.value < kernel.value.value;
  const isSecond = def.positional.indexOf("kernel_size") > 0;
  const fix = isStride
    ? write(second.span, `strides: ${other}`, second.value <= 2)
    : write(span, `${first}x${other}`, isSecond && first === other);
  return report(env, {
    code: "NN009",
    span,
    what: { kind: "option", name: "kernel_size", of: def.name },
    expected: { kind: "sizes", rank: 2 },
    actual: { kind: "code", text: `${first}, ${other}` },
    fix,
  });
}

/** Whether `none` stands for an option that may be left out: it is then not set, though it may have a default. */
const isNone = ({ optional, type }: OptionDef, value: Expr, env: Env): boolean =>
  optional === true &&
  type.kind !== "choice" &&
  value.kind === "name" &&
  value.name === "none" &&
  find(env.scope, value.name) === undefined;

/** Reports NN010 for a missing option that has no default. */
function withoutDefault(
  def: Definition,
  name: string,
  option: OptionDef,
  refused: boolean,
  span: Span,
  env: Env,
): Unresolved {
  // A refused argument may have been meant for this option.
  if (refused) return broken;
  const missing = { kind: "option", name, doc: option.doc } as const;
  return report(env, { code: "NN010", span, owner: code(def.name), missing });
}

/** Returns the options as one record, if they go together. */
function complete(
  def: Definition,
  taken: ReadonlyMap<string, Taken>,
  values: ReadonlyMap<string, Resolved<OptionValue>>,
  span: Span,
  env: Env,
): Resolved<Options> {
  const table = tableOf(def);
  const read = (name: string): OptionValue => {
    const value = values.get(name) ?? table.usual.get(name);
    return value === undefined ? undefined : valueIn(value);
  };
  const options: Record<string, OptionValue> = {};
  for (const name of table.own) options[name] = read(name);
  const spans = new Map<string, Span>();
  const literals = new Map<string, Span>();
  const words = new Map<string, Span>();
  for (const [option, { argument }] of taken) {
    spans.set(option, argument.span);
    if (argument.value.kind === "number") literals.set(option, argument.value.span);
    else if (isWord(argument.value, env)) words.set(option, argument.value.span);
  }
  const problem = "problem" in def ? def.problem?.(options) : undefined;
  if (problem !== undefined) {
    const place = spans.get(problem.option) ?? span;
    const what = { kind: "option", name: problem.option, of: def.name } as const;
    return report(env, { code: "NN007", span: place, what, is: { fact: { kind: "told", text: problem.message } } });
  }
  const name = "name" in def.options ? undefined : read("name");
  const trainable = read("trainable");
  const rules: Record<string, OptionValue> = {};
  for (const rule of table.rules) {
    const value = read(rule);
    if (value !== undefined) rules[rule] = value;
  }
  return known({
    options,
    rules,
    spans,
    words,
    literals,
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof trainable === "boolean" ? { trainable } : {}),
  });
}

/** Whether an option is written as a word that no definition of the program stands behind. */
const isWord = (value: Expr, env: Env): boolean =>
  value.kind === "bool" ||
  value.kind === "string" ||
  (value.kind === "name" && find(env.scope, value.name) === undefined && !env.file.names.has(value.name));
