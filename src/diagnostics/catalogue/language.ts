// NN001–NN011: what is written, before any shape is looked at.

import type { Span } from "../../base/span.ts";
import type { Fix, Related } from "../diagnostic.ts";
import { type Advice, adviceText, type Fact, factHelp, factText } from "./advice.ts";
import { type Departure, departureText } from "./departures.ts";
import { entry, fix, helpOf, nearHelp, optionalFix } from "./entry.ts";
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

export const language = {
  NN001: entry<{
    /** What stands there: `'}'`, `the end of the file`. */
    readonly found: string;
    /** What would fit there, as people say it: `a layer, a value or '}'`. */
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
      message: `${found} stands where ${expected} should`,
      ...(related === undefined ? {} : { related }),
      ...helpOf(hint),
      ...optionalFix(known),
    }),
    explain: {
      cause: "The text does not follow the grammar at this place. The parser goes on behind it.",
      wrong: "model M(x: f32[4]) {\n  Dense(3\n}",
      right: "model M(x: f32[4]) {\n  Dense(3)\n}",
      why: "What the parser cannot read, nothing else can check.",
    },
  }),

  NN002: entry<{
    /** What was looked for. */
    readonly what: Sought;
    readonly name: string;
    /** Nearest names, best first. */
    readonly nearest: readonly string[];
    readonly fix?: Fix;
    readonly departure?: Departure;
    /** Keras has it, and nnc not yet; `nearest` are others that it has. */
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
        "No operator of that kind has this name. Names are those of Keras, with its capitals. Some that Keras has are not in this version yet.",
      wrong: "model M(x: f32[4]) {\n  Dens(3)\n}",
      right: "model M(x: f32[4]) {\n  Dense(3)\n}",
      why: "A name that means nothing cannot be computed; the nearest names are listed.",
    },
  }),

  NN003: entry<{
    /** What takes the options: `Dense`, `train MnistCnn`. */
    readonly owner: Subject;
    readonly option: string;
    readonly word: "option" | "clause";
    readonly reason:
      | {
          readonly kind: "unknown";
          readonly nearest: readonly string[];
          readonly fix?: Fix;
          readonly departure?: Departure;
        }
      | { readonly kind: "repeated"; readonly first: Span }
      | { readonly kind: "positional"; readonly ordinal: string; readonly value: string; readonly first: Span }
      | { readonly kind: "excluded"; readonly by: string; readonly first: Span }
      | { readonly kind: "many"; readonly most: number; readonly named: readonly string[] };
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
        case "repeated":
          return {
            message: `${owner} has its ${word} '${option}' twice`,
            related: [{ span: reason.first, message: "given here first" }],
          };
        case "positional":
          return {
            message: `${owner} has no option '${option}' beside its ${reason.ordinal}, ${reason.value}`,
            related: [{ span: reason.first, message: `this is '${option}' already` }],
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
                ? `${owner} takes no option by position`
                : `${owner} takes ${reason.most} option${reason.most === 1 ? "" : "s"} by position, and ${option} is one more`,
            ...helpOf(reason.named.length === 0 ? undefined : `by name it takes ${reason.named.join(", ")}`),
          };
      }
    },
    explain: {
      cause:
        "An option or clause that does not exist, that is given twice, once perhaps by its position, or that another rules out.",
      wrong: "model M(x: f32[4]) {\n  Dense(64, units: 3)\n}",
      right: "model M(x: f32[4]) {\n  Dense(units: 3)\n}",
      why: "An option that is ignored is worse than an error: the network would train with another setting.",
    },
  }),

  NN004: entry<{ readonly name: string; readonly first: Span; readonly what: Named }>({
    name: "duplicate name",
    severity: "error",
    word: ({ name, first, what }) => ({
      message: `'${name}' already names ${namedText(what)}`,
      related: [{ span: first, message: "defined here first" }],
    }),
    explain: {
      cause: "Two definitions share a name. Dimensions, parameters and values of a body are one set of names.",
      wrong: "model M(x: f32[4]) {\n  let x = x -> Dense(3)\n  x\n}",
      right: "model M(x: f32[4]) {\n  let h = x -> Dense(3)\n  h\n}",
      why: "Nothing is shadowed: a name means one thing wherever it is read.",
    },
  }),

  NN005: entry<{
    readonly name: string;
    readonly nearest: readonly string[];
    readonly fix?: Fix;
    /** What kind of name it would be; missing for any. */
    readonly what?: Sought;
    /** Where it is not defined: `data set Digits`. */
    readonly where?: Whereabouts;
    /** Of an input of a model: which field it is. */
    readonly model?: string;
    readonly departure?: Departure;
  }>({
    name: "undefined name",
    severity: "error",
    word: ({ name, nearest, fix: known, what, where, model, departure }) => {
      const near = nearHelp(nearest, known, departure && departureText(departure));
      const owner = where === undefined ? "" : ` in ${whereText(where)}`;
      const notes = [
        ...(name === "_" ? ["with several inputs, start with the one that is meant: x -> …"] : []),
        ...(model === undefined ? [] : [`an input of ${model} is the field of the same name`]),
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
      cause: "No definition, parameter, dimension or import gives this name, or there is no current value to use.",
      wrong: "model M(x: f32[4]) {\n  Dense(unts)\n}",
      right: "const units = 3\n\nmodel M(x: f32[4]) {\n  Dense(units)\n}",
      why: "What a name stands for must be known before anything is computed.",
    },
  }),

  NN006: entry<{ readonly what: Named; readonly name: string }>({
    name: "unused definition",
    severity: "warning",
    word: ({ what, name }) => ({ message: `the ${nameWord(what)} '${name}' is never used` }),
    explain: {
      cause: "A definition that nothing reads.",
      wrong: "model M(x: f32[4]) {\n  let h = x -> Dense(8)\n  x -> Dense(3)\n}",
      right: "model M(x: f32[4]) {\n  let h = x -> Dense(8)\n  h -> Dense(3)\n}",
      why: "It is often a slip: the next line reads another value than was meant.",
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
          : `${subjectText(what)} is ${actualText(is.actual)}, and must be ${rangeText(is.range)}`,
      ...nearHelp(nearest, known, "fact" in is ? factHelp(is.fact) : undefined),
    }),
    explain: {
      cause: "A number, or a word of a fixed set, that the operator cannot work with.",
      wrong: "model M(x: f32[4]) {\n  Dense(-3)\n}",
      right: "model M(x: f32[4]) {\n  Dense(3)\n}",
      why: "Outside its range an option has no meaning.",
    },
  }),

  NN008: entry<{ readonly path: string; readonly ring?: readonly string[] }>({
    name: "import cycle or missing file",
    severity: "error",
    word: ({ path, ring }) => ({
      message:
        ring === undefined ? `there is no file '${path}'` : `files import each other in a circle: ${ring.join(" → ")}`,
    }),
    explain: {
      cause: "An imported file is not there, or files import each other.",
      wrong: 'import "layer.nn"',
      right: 'import "layers.nn"',
      why: "All definitions must be known before checking; a circle has no first file.",
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
      cause: "A value of another kind stands where a number, a word, a size, a layer or a tensor is wanted.",
      wrong: "model M(x: f32[4]) {\n  Dense(3.5)\n}",
      right: "model M(x: f32[4]) {\n  Dense(3)\n}",
      why: "Nothing is converted silently; tensors come through the pipe and options through the parentheses.",
    },
  }),

  NN010: entry<{ readonly owner: Subject; readonly missing: Missing }>({
    name: "missing option or clause",
    severity: "error",
    word: ({ owner, missing }) => ({
      message: `${subjectText(owner)} needs ${missingText(missing)}`,
      ...helpOf(missingHelp(missing)),
    }),
    explain: {
      cause: "Something without a default is not given: an option, a clause, an input, the size of an axis.",
      wrong: "model M(x: f32[8, 8, 1]) {\n  Conv2D(32)\n}",
      right: "model M(x: f32[8, 8, 1]) {\n  Conv2D(32, 3x3)\n}",
      why: "Where no value is usual, a guess would be a hidden choice.",
    },
  }),

  NN011: entry<{ readonly ring: readonly string[]; readonly others: readonly Span[] }>({
    name: "definitions in a cycle",
    severity: "error",
    word: ({ ring, others }) => ({
      message: ring.length === 2 ? `'${ring[0]}' is made of itself` : `definitions go in a circle: ${ring.join(" → ")}`,
      related: others.map((span) => ({ span, message: "part of the circle" })),
    }),
    explain: {
      cause: "A constant or block that needs itself, directly or through others.",
      wrong: "const a = b + 1, b = a",
      right: "const a = b + 1, b = 1",
      why: "Every program compiles in bounded time; there is no recursion.",
    },
  }),
};

export { fix };
