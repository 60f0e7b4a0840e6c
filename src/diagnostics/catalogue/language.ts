// NN001–NN011: faults in the text, found before the checker looks at any shape.

import type { Span } from "../../base/span.ts";
import type { Fix, Related } from "../diagnostic.ts";
import { type Advice, adviceText, type Fact, factHelp, factText } from "./advice.ts";
import { type Departure, departureText } from "./departures.ts";
import { entry, fix, helpOf, nearHelp, optionalFix, pointHelp } from "./entry.ts";
import { type Missing, missingHelp, missingText } from "./missing.ts";
import {
  type Actual,
  actualText,
  type Expectation,
  expectationText,
  type Named,
  namedText,
  nameWord,
  type Range,
  rangeText,
  type Sought,
  type Subject,
  soughtText,
  subjectText,
  type Whereabouts,
  whereText,
} from "./phrases.ts";

const settingHelp =
  "--set takes a number, a size such as 3x3, true or false, a string in quotes, a list in brackets, a layer such as relu, or the name of a constant";

export const language = {
  NN001: entry<{
    /** The text at the place: `'}'`, `the end of the file`. */
    readonly found: string;
    /** Everything that would fit there, as people say it: `a layer, a value or '}'`. */
    readonly expected: string;
    /** One sentence on the likely cause, if one is known. */
    readonly hint?: string;
    readonly fix?: Fix;
    /** The bracket that has no partner. */
    readonly related?: readonly Related[];
  }>({
    name: "unexpected token",
    severity: "error",
    word: ({ found, expected, hint, fix: known, related }) => ({
      message: `expected ${expected}, found ${found}`,
      ...(related === undefined ? {} : { related }),
      ...helpOf(hint),
      ...optionalFix(known),
    }),
    explain: {
      cause: "The text does not follow the grammar at this place. The parser skips it and reads on.",
      wrong: "model M(x: f32[4]) {\n  Dense(3\n}",
      right: "model M(x: f32[4]) {\n  Dense(3)\n}",
      why: "The checker cannot check text that the parser cannot read.",
    },
  }),

  NN002: entry<{
    /** The kind of thing that the name should name. */
    readonly what: Sought;
    readonly name: string;
    /** The nearest names, best first. */
    readonly nearest: readonly string[];
    readonly fix?: Fix;
    readonly departure?: Departure;
    /** Keras has it, and nnc does not yet; `nearest` are others that nnc has. */
    readonly planned?: boolean;
  }>({
    name: "unknown layer, function, loss …",
    severity: "error",
    word: ({ what, name, nearest, fix: known, departure, planned }) =>
      planned === true
        ? {
            message: `the ${soughtText(what)} '${name}' is not in this version of nnc`,
            ...helpOf(nearest.length === 0 ? undefined : `this version has ${nearest.join(", ")}`),
          }
        : {
            message: `there is no ${soughtText(what)} '${name}'`,
            ...nearHelp(nearest, known, departure && departureText(departure)),
          },
    explain: {
      cause:
        "No operator of that kind has this name. nnc uses the names of Keras, with their capitals. This version does not have all of them yet.",
      wrong: "model M(x: f32[4]) {\n  Dens(3)\n}",
      right: "model M(x: f32[4]) {\n  Dense(3)\n}",
      why: "nnc never guesses the operator you mean; it lists the nearest names.",
    },
  }),

  NN003: entry<{
    /** The owner of the options: `Dense`, `train MnistCnn`. */
    readonly owner: Subject;
    readonly option: string;
    readonly word: "option" | "clause" | "input";
    readonly reason:
      | {
          readonly kind: "unknown";
          readonly nearest: readonly string[];
          readonly fix?: Fix;
          readonly departure?: Departure;
        }
      /** A clause of later versions. */
      | { readonly kind: "planned"; readonly known: readonly string[] }
      /** `number`: a decimal number with a comma, as one with a point. */
      | { readonly kind: "repeated"; readonly first: Span; readonly number?: Fix }
      /** A clause beside steps that belongs into each of them. */
      | { readonly kind: "ofStep" }
      | {
          readonly kind: "positional";
          readonly ordinal: string;
          readonly value: string;
          readonly first: Span;
          readonly number?: Fix;
        }
      | { readonly kind: "excluded"; readonly by: string; readonly first: Span }
      | { readonly kind: "many"; readonly most: number; readonly named: readonly string[]; readonly number?: Fix };
  }>({
    name: "unknown or repeated option",
    severity: "error",
    word: ({ owner: subject, option, word, reason }) => {
      const owner = subjectText(subject);
      switch (reason.kind) {
        case "unknown":
          return {
            message: `${owner} has no ${word} '${option}'`,
            ...nearHelp(reason.nearest, reason.fix, reason.departure && departureText(reason.departure)),
          };
        case "planned":
          return {
            message: `the ${word} '${option}' is not in this version of nnc`,
            help: [`this version has ${reason.known.join(", ")}`],
          };
        case "repeated":
          return {
            message: `${owner} has two '${option}' ${word}s`,
            related: [{ span: reason.first, message: "first given here" }],
            ...pointHelp(reason.number),
          };
        case "ofStep":
          return { message: `${owner} has steps, so each step has its own '${option}'` };
        case "positional":
          return {
            message: `${owner} has two '${option}' options: its ${reason.ordinal} value, ${reason.value}, is one too`,
            related: [{ span: reason.first, message: `this is already '${option}'` }],
            ...pointHelp(reason.number),
          };
        case "excluded":
          return {
            message: `${owner} takes '${option}' or '${reason.by}', not both`,
            related: [{ span: reason.first, message: `'${reason.by}' is given here` }],
          };
        case "many":
          return {
            message:
              reason.most === 0
                ? `${owner} takes no options by position`
                : `${owner} takes ${reason.most} option${reason.most === 1 ? "" : "s"} by position, and ${option} is one too many`,
            ...(reason.number === undefined
              ? helpOf(reason.named.length === 0 ? undefined : `it takes these by name: ${reason.named.join(", ")}`)
              : pointHelp(reason.number)),
          };
      }
    },
    explain: {
      cause:
        "An option or clause does not exist, is given twice (perhaps once by position), or is ruled out by another one.",
      wrong: "model M(x: f32[4]) {\n  Dense(64, units: 3)\n}",
      right: "model M(x: f32[4]) {\n  Dense(units: 3)\n}",
      why: "An ignored option is worse than an error: the network would train with another setting.",
    },
  }),

  NN004: entry<{ readonly name: string; readonly first: Span; readonly what: Named }>({
    name: "duplicate name",
    severity: "error",
    word: ({ name, first, what }) => ({
      message: `'${name}' already names ${namedText(what)}`,
      related: [{ span: first, message: "first defined here" }],
    }),
    explain: {
      cause: "Two definitions share a name. The dimensions, parameters and values of a body form one set of names.",
      wrong: "model M(x: f32[4]) {\n  let x = x -> Dense(3)\n  x\n}",
      right: "model M(x: f32[4]) {\n  let h = x -> Dense(3)\n  h\n}",
      why: "No name hides another: a name means one thing wherever you read it.",
    },
  }),

  NN005: entry<{
    readonly name: string;
    readonly nearest: readonly string[];
    readonly fix?: Fix;
    /** The kind of name it would be; missing for any. */
    readonly what?: Sought;
    /** The place that does not define it: `data set Digits`. */
    readonly where?: Whereabouts;
    /** For an input that lacks its field: the model. */
    readonly model?: string;
    /** The name stands in a value of `--set`. */
    readonly setting?: boolean;
    readonly departure?: Departure;
  }>({
    name: "undefined name",
    severity: "error",
    word: ({ name, nearest, fix: known, what, where, model, setting, departure }) => {
      const near = nearHelp(nearest, known, departure && departureText(departure));
      const owner = where === undefined ? "" : ` in ${whereText(where)}`;
      const notes = [
        ...(name === "_" && departure === undefined
          ? ["with several inputs, start with the one you mean: x -> …"]
          : []),
        ...(model === undefined ? [] : [`each input of ${model} takes the field of the same name`]),
        ...(setting === true ? [settingHelp] : []),
      ];
      return {
        message:
          name === "_"
            ? "there is no current value here"
            : what === undefined
              ? `'${name}' is not defined${owner}`
              : `there is no ${soughtText(what)} '${name}'${owner}`,
        ...near,
        help: [...near.help, ...notes],
      };
    },
    explain: {
      cause: "No definition, parameter, dimension or import defines this name, or there is no current value to use.",
      wrong: "model M(x: f32[4]) {\n  Dense(unts)\n}",
      right: "const units = 3\n\nmodel M(x: f32[4]) {\n  Dense(units)\n}",
      why: "nnc must know the meaning of every name before it computes anything.",
    },
  }),

  NN006: entry<{ readonly what: Named; readonly name: string }>({
    name: "unused definition",
    severity: "warning",
    word: ({ what, name }) => ({ message: `the ${nameWord(what)} '${name}' is never used` }),
    explain: {
      cause: "Nothing reads this definition.",
      wrong: "model M(x: f32[4]) {\n  let h = x -> Dense(8)\n  x -> Dense(3)\n}",
      right: "model M(x: f32[4]) {\n  let h = x -> Dense(8)\n  h -> Dense(3)\n}",
      why: "It is often a slip: the next line reads the wrong value.",
    },
  }),

  NN007: entry<{
    /** `units of Dense` */
    readonly what: Subject;
    readonly is: { readonly actual: Actual; readonly range: Range } | { readonly fact: Fact };
    readonly nearest?: readonly string[];
    readonly fix?: Fix;
  }>({
    name: "value out of range",
    severity: "error",
    word: ({ what, is, nearest = [], fix: known }) => ({
      message:
        "fact" in is
          ? `${subjectText(what)}: ${factText(is.fact)}`
          : `${subjectText(what)} is ${actualText(is.actual)}, but must be ${rangeText(is.range)}`,
      ...nearHelp(nearest, known, "fact" in is ? factHelp(is.fact) : undefined),
    }),
    explain: {
      cause: "The operator cannot work with this number or word.",
      wrong: "model M(x: f32[4]) {\n  Dense(-3)\n}",
      right: "model M(x: f32[4]) {\n  Dense(3)\n}",
      why: "An option has no meaning outside its range.",
    },
  }),

  NN008: entry<{ readonly path: string; readonly ring?: readonly string[] }>({
    name: "import cycle or missing file",
    severity: "error",
    word: ({ path, ring }) => ({
      message:
        ring === undefined ? `there is no file '${path}'` : `files import each other in a cycle: ${ring.join(" → ")}`,
    }),
    explain: {
      cause: "An imported file does not exist, or files import each other.",
      wrong: 'import "layer.nn"',
      right: 'import "layers.nn"',
      why: "The checker needs all definitions first, and a cycle has no first file.",
    },
  }),

  NN009: entry<{
    /** `units of Dense` */
    readonly what: Subject;
    /** `a whole number` */
    readonly expected: Expectation;
    /** `a string` */
    readonly actual: Actual;
    readonly advice?: Advice;
    readonly fix?: Fix;
  }>({
    name: "wrong kind of value",
    severity: "error",
    word: ({ what, expected, actual, advice, fix: known }) => ({
      message: `${subjectText(what)} takes ${expectationText(expected)}, not ${actualText(actual)}`,
      ...helpOf(advice === undefined ? undefined : adviceText(advice)),
      ...optionalFix(known),
    }),
    explain: {
      cause: "The place takes another kind of value, such as a number, a word, a size, a layer or a tensor.",
      wrong: "model M(x: f32[4]) {\n  Dense(3.5)\n}",
      right: "model M(x: f32[4]) {\n  Dense(3)\n}",
      why: "nnc converts nothing silently. Tensors come through the pipe, options in the parentheses.",
    },
  }),

  NN010: entry<{ readonly owner: Subject; readonly missing: Missing; readonly fix?: Fix }>({
    name: "missing option or clause",
    severity: "error",
    word: ({ owner, missing, fix: known }) => ({
      message: `${subjectText(owner)} needs ${missingText(missing)}`,
      ...helpOf(missingHelp(missing)),
      ...optionalFix(known),
    }),
    explain: {
      cause: "Something that has no default is missing: an option, a clause, an input or the size of an axis.",
      wrong: "model M(x: f32[8, 8, 1]) {\n  Conv2D(32)\n}",
      right: "model M(x: f32[8, 8, 1]) {\n  Conv2D(32, 3x3)\n}",
      why: "No value is usual here, and a guess would be a hidden choice.",
    },
  }),

  NN011: entry<{ readonly ring: readonly string[]; readonly others: readonly Span[] }>({
    name: "definitions in a cycle",
    severity: "error",
    word: ({ ring, others }) => ({
      message: ring.length === 2 ? `'${ring[0]}' depends on itself` : `definitions form a cycle: ${ring.join(" → ")}`,
      related: others.map((span) => ({ span, message: "part of the cycle" })),
    }),
    explain: {
      cause: "A constant or block needs itself, directly or through others.",
      wrong: "const a = b + 1, b = a",
      right: "const a = b + 1, b = 1",
      why: "Every program compiles in bounded time; there is no recursion.",
    },
  }),

  NN012: entry<{ readonly comment: string }>({
    name: "comment that reads like a division",
    severity: "warning",
    word: ({ comment }) => ({
      message: `'${comment}' is a comment, and divides nothing`,
      label: "reads like a division",
      help: [
        "'/' divides whole numbers, if nothing remains; there is no division that rounds",
        `a comment that starts with a word is surely one: // was ${comment.replace(/^\/\/\s*/, "")}`,
      ],
    }),
    explain: {
      cause:
        "A value is followed by '//' and numbers. In other languages that divides and rounds down; here it is a comment.",
      wrong: "const half = 8 // 2",
      right: "const half = 8 / 2",
      why: "The value in front of the comment counts, and nothing else shows that it was not divided.",
    },
  }),
};

export { fix };
