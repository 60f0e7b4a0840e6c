// NN101–NN117: shapes that do not fit. Shapes come in as text, `16 × 16 × 32`, without the batch axis.

import type { Span } from "../../base/span.ts";
import type { Fix } from "../diagnostic.ts";
import { type Context, inContext } from "./context.ts";
import { entry, helpOf, optionalFix } from "./entry.ts";
import { joined, type Sign } from "./joined.ts";
import {
  type Actual,
  actualText,
  type Expectation,
  expectationText,
  isTokens,
  type Subject,
  subjectText,
} from "./phrases.ts";

const axes = (count: number): string => (count === 1 ? "1 axis" : `${count} axes`);

/** What to do with tokens that meet real numbers: they have no order, but can be compared. */
function tokensHelp(what: Subject): string {
  const orders = typeof what === "object" && "text" in what && /^[<>]=?$/.test(what.text);
  return orders
    ? "tokens have no order, but '==' and '!=' compare them: text != 0"
    : "an Embedding turns tokens into numbers";
}

/** The reason for the expected size. */
export type Why =
  | "shared"
  | { readonly kind: "field"; readonly name: string }
  /** `of`: the columns of the file that stand side by side in it. */
  | { readonly kind: "column"; readonly name: string; readonly of?: readonly string[] }
  /** A sentence of the operator on its inputs. */
  | { readonly kind: "told"; readonly text: string };

const carriedHelp =
  "the input carries this mask from a layer before it, as Masking and mask_zero make one; the function softmax takes no mask";

const mostColumns = 12;
const columnList = (names: readonly string[]): string =>
  names.slice(0, mostColumns).join(", ") +
  (names.length > mostColumns ? ` and ${names.length - mostColumns} more` : "");

function whyText(why: Why): string {
  if (why === "shared") return "all uses share the same weights";
  switch (why.kind) {
    case "column":
      return why.of === undefined
        ? `the column '${why.name}' has that size`
        : `'${why.name}' has the columns that no other field names: ${columnList(why.of)}`;
    case "field":
      return `the field '${why.name}' says so`;
    case "told":
      return why.text;
  }
}

function unusedText(
  unused: { readonly kind: "input" | "statement"; readonly what: string } | { readonly kind: "unreachable" },
): string {
  switch (unused.kind) {
    case "input":
      return `no path leads from the input '${unused.what}' to the result`;
    case "statement":
      return `the value of ${unused.what} does not reach the result`;
    case "unreachable":
      return "this line comes after 'return' and never runs";
  }
}

/** Returns a whole program around the lines of a model, for mistakes that only a training shows. */
const digits = (...lines: readonly string[]): string =>
  `dataset D {
  source mnist()
  input x: f32[28, 28, 1] = pixels / 255
  target y: class(10) = label
}

model M(x: f32[28, 28, 1]) {
${lines.map((line) => `  ${line}\n`).join("")}}

train M on D {
  loss categorical_crossentropy
  optimizer adam()
}`;

export const shapes = {
  NN101: entry<
    Context & {
      /** `Conv2D(32, 3x3)` */
      readonly what: Subject;
      /** `[h, w, c]` */
      readonly expected: Expectation;
      readonly actual: string;
      readonly axes: number;
      /** Where the other shape is written, if it is. */
      readonly declared?: Span;
      /** The extra axis is that of the batch. */
      readonly batch?: true;
      /** The value is a mask that the input carries: no program gives it. */
      readonly carried?: true;
      /** The layer before that gives its last step alone. */
      readonly lost?: { readonly span: Span; readonly text: string };
      readonly fix?: Fix;
    }
  >({
    name: "rank mismatch",
    severity: "error",
    word: (fields) =>
      inContext(
        fields,
        {
          message: `${subjectText(fields.what)} takes ${expectationText(fields.expected)}, not ${fields.actual}`,
          label: `${axes(fields.axes)} here`,
          ...helpOf(fields.batch === true ? "the batch axis is never written" : undefined),
          ...(fields.carried === true ? { help: [carriedHelp] } : {}),
          ...(fields.lost === undefined ? {} : { help: [`${fields.lost.text} gives its last step alone`] }),
          ...optionalFix(fields.fix),
        },
        [
          ...(fields.declared === undefined
            ? []
            : [{ span: fields.declared, message: `takes ${expectationText(fields.expected)}` }]),
          ...(fields.lost === undefined ? [] : [{ span: fields.lost.span, message: "gives its last step alone" }]),
        ],
      ),
    explain: {
      cause: "A value has too many or too few axes for its place. The batch axis never counts.",
      wrong: "model M(x: f32[784]) {\n  Conv2D(8, 3x3)\n}",
      right: "model M(x: f32[784]) {\n  Reshape([28, 28, 1])\n  Conv2D(8, 3x3)\n}",
      why: "An operator gives each axis a meaning, which another number of axes would not have.",
    },
  }),

  NN102: entry<
    Context & {
      /** `the input of Residual(32)`, `body + skip` */
      readonly what: Subject;
      /** Counted from 1, or the name of the axis; missing where a whole shape is compared. */
      readonly axis?: number | string;
      readonly expected: string;
      readonly actual: string;
      readonly why?: Why;
      readonly declared?: Span;
    }
  >({
    name: "size mismatch",
    severity: "error",
    word: (fields) => {
      const axis = fields.axis === undefined ? "" : `axis ${fields.axis} of `;
      const why = fields.why === undefined ? "" : `: ${whyText(fields.why)}`;
      return inContext(
        fields,
        { message: `${axis}${subjectText(fields.what)} is ${fields.actual}, but must be ${fields.expected}${why}` },
        fields.declared === undefined
          ? []
          : [{ span: fields.declared, message: `${fields.expected} is expected here` }],
      );
    },
    explain: {
      cause: "An axis has one size, but the value it meets or the declaration has another.",
      wrong: "model M(x: f32[4], y: f32[5]) {\n  x + y\n}",
      right: "model M(x: f32[4], y: f32[4]) {\n  x + y\n}",
      why: "nnc compares sizes before anything runs, so that a long training does not stop at its first batch.",
    },
  }),

  NN103: entry<
    Context & {
      /** `Dense(10, softmax)` */
      readonly layer: string;
      readonly input: string;
      readonly output: string;
      /** The shape the target asks for. */
      readonly wanted: string;
      readonly target: Span;
      readonly fix?: Fix;
    }
  >({
    name: "Flatten (or pooling) missing before Dense",
    severity: "error",
    word: (fields) =>
      inContext(
        fields,
        {
          message: `${fields.layer} keeps the axes of ${fields.input} and yields ${fields.output}, but the target needs ${fields.wanted}`,
          label: "works on the last axis only",
          ...optionalFix(fields.fix),
        },
        [{ span: fields.target, message: `the target needs ${fields.wanted}` }],
      ),
    explain: {
      cause: "Dense works on the last axis. On an image it yields one row of classes for each pixel.",
      wrong: digits("Conv2D(8, 3x3, relu)", "Dense(10, softmax)"),
      right: digits("Conv2D(8, 3x3, relu)", "Flatten()", "Dense(10, softmax)"),
      why: "Flatten or a global pooling turns an image into one row of numbers, and Dense turns that into classes.",
    },
  }),

  NN104: entry<
    Context & {
      readonly what: string;
      readonly axis: number | string;
      readonly size: string;
      readonly window: number;
      readonly result: number;
    }
  >({
    name: "output size not positive",
    severity: "error",
    word: (fields) =>
      inContext(fields, {
        message: `${fields.what} leaves nothing of axis ${fields.axis}: ${fields.size} in, ${fields.result} out`,
        label: `a window of ${fields.window} does not fit in ${fields.size}`,
      }),
    explain: {
      cause: "A window is larger than the axis it moves along, often after many poolings.",
      wrong: "model M(x: f32[2, 2, 1]) {\n  Conv2D(8, 3x3)\n}",
      right: "model M(x: f32[2, 2, 1]) {\n  Conv2D(8, 3x3, padding: same)\n}",
      why: "A tensor without elements carries no information.",
    },
  }),

  NN105: entry<{
    readonly what: string;
    readonly axis: number | string;
    readonly dropped: number;
    readonly size: number;
  }>({
    name: "stride drops the edge",
    severity: "hint",
    word: ({ what, axis, dropped, size }) => ({
      message: `${what} never sees the last ${dropped} of ${size} along axis ${axis}`,
    }),
    explain: {
      cause: "The stride does not divide the axis evenly, so the layer never reads its end.",
      wrong: "model M(x: f32[27, 27, 1]) {\n  MaxPool2D(2x2)\n}",
      right: "model M(x: f32[27, 27, 1]) {\n  MaxPool2D(2x2, padding: same)\n}",
      why: "Often it does not matter; where the edge counts, `padding: same` keeps it.",
    },
  }),

  NN106: entry<
    Context & {
      readonly what: string;
      readonly before: string;
      readonly after: string;
      /** One axis is open, and the others do not divide the number of elements. */
      readonly open: boolean;
    }
  >({
    name: "reshape changes the number of elements",
    severity: "error",
    word: (fields) =>
      inContext(fields, {
        message: fields.open
          ? `${fields.what} divides ${fields.before} elements by ${fields.after}, which leaves a remainder`
          : `${fields.what} turns ${fields.before} elements into ${fields.after}`,
      }),
    explain: {
      cause: "The new shape does not hold as many elements as the old one.",
      wrong: "model M(x: f32[784]) {\n  Reshape([28, 27, 1])\n}",
      right: "model M(x: f32[784]) {\n  Reshape([28, 28, 1])\n}",
      why: "Reshape rearranges the same numbers; it neither drops nor adds any.",
    },
  }),

  NN108: entry<
    Context & { readonly what: string; readonly groups: number; readonly channels: string; readonly of: string }
  >({
    name: "groups do not divide the channels",
    severity: "error",
    word: (fields) =>
      inContext(fields, {
        message: `the ${fields.groups} groups of ${fields.what} do not divide its ${fields.channels} ${fields.of} evenly`,
      }),
    explain: {
      cause: "A grouped operator splits the channels into equal parts, but these channels do not divide evenly.",
      wrong: "model M(x: f32[8, 8, 6]) {\n  Conv2D(8, 3x3, groups: 4)\n}",
      right: "model M(x: f32[8, 8, 6]) {\n  Conv2D(9, 3x3, groups: 3)\n}",
      why: "Each group sees its own part of the channels; all parts have the same size.",
    },
  }),

  NN109: entry<
    Context & {
      readonly what: string;
      readonly first: string;
      readonly other: string;
      /** The value that differs, counted from 1. */
      readonly input: number;
    }
  >({
    name: "concatenated shapes differ",
    severity: "error",
    word: (fields) =>
      inContext(fields, {
        message: `${fields.what} joins ${fields.first} with ${fields.other}`,
        label: `value ${fields.input} may differ from the first only along the joined axis`,
      }),
    explain: {
      cause: "The values are joined along one axis; all other axes must agree.",
      wrong: "model M(x: f32[4, 2], y: f32[3, 2]) {\n  concat(x, y)\n}",
      right: "model M(x: f32[4, 2], y: f32[4, 3]) {\n  concat(x, y)\n}",
      why: "The result is one block of numbers without holes.",
    },
  }),

  NN110: entry<
    Context & {
      readonly what: string;
      /** The sign of the operator, if it has one. */
      readonly sign: Sign | undefined;
      readonly left: string;
      readonly right: string;
      readonly branches: readonly {
        readonly span: Span;
        /** The shape before this step, where the step changed it. */
        readonly from?: string;
        readonly shape: string;
      }[];
      readonly repair?: { readonly fix: Fix };
    }
  >({
    name: "residual branches differ",
    severity: "error",
    word: (fields) =>
      inContext(
        fields,
        {
          message: joined(fields.sign, fields.what, fields.left, fields.right),
          label: "both sides must have the same shape",
          ...optionalFix(fields.repair?.fix),
        },
        fields.branches.map(({ span, from, shape }) => ({
          span,
          message: from === undefined ? `is ${shape}` : `turns ${from} into ${shape}`,
        })),
      ),
    explain: {
      cause: "Two branches of one value meet, but one of them has changed the shape.",
      wrong:
        "model M(x: f32[32, 32, 16]) {\n  let body = x -> Conv2D(32, 3x3, strides: 2, padding: same)\n  relu(body + x)\n}",
      right:
        "model M(x: f32[32, 32, 16]) {\n  let body = x -> Conv2D(32, 3x3, strides: 2, padding: same)\n  let skip = x -> Conv2D(32, 1x1, strides: 2)\n  relu(body + skip)\n}",
      why: "A residual connection adds element to element; a 1x1 convolution on the skip makes the shapes meet.",
    },
  }),

  NN111: entry<
    Context & {
      readonly what: string;
      readonly smaller: string;
      readonly larger: string;
    }
  >({
    name: "implicit broadcast along an axis that is not leading",
    severity: "error",
    word: (fields) =>
      inContext(fields, {
        message: `${fields.what} broadcasts ${fields.smaller} over ${fields.larger}, but the missing axis is not a leading one`,
        label: "only leading axes and axes of size 1 are repeated",
      }),
    explain: {
      cause: "A value lacks an axis in the middle or at the end. Broadcasting aligns shapes at the last axis.",
      wrong: "model M(x: f32[8, 4], y: f32[8]) {\n  x * y\n}",
      right: "model M(x: f32[8, 4], y: f32[8, 1]) {\n  x * y\n}",
      why: "nnc would have to guess the axis to repeat along; an axis of size 1 names it.",
    },
  }),

  NN112: entry<
    Context & {
      readonly name: string;
      readonly first: string;
      readonly second: string;
      readonly place: Span;
      /** `filters of Residual(32)` */
      readonly where: string;
    }
  >({
    name: "a dimension's name stands for two sizes",
    severity: "error",
    word: (fields) =>
      inContext(
        fields,
        { message: `'${fields.name}' is ${fields.first} and ${fields.second} at once in ${fields.where}` },
        [{ span: fields.place, message: `'${fields.name}' is ${fields.first} here` }],
      ),
    explain: {
      cause: "Two axes have the same name, but their sizes differ.",
      wrong: "block B(x: f32[n], y: f32[n]) { x + y }\n\nmodel M(a: f32[3], b: f32[4]) {\n  (a, b) -> B()\n}",
      right: "block B(x: f32[n], y: f32[n]) { x + y }\n\nmodel M(a: f32[3], b: f32[3]) {\n  (a, b) -> B()\n}",
      why: "Equal names mean equal sizes, and so a signature is worth reading.",
    },
  }),

  NN114: entry<Context & { readonly what: string; readonly shape: string; readonly turned: string }>({
    name: "channels seem to come first",
    severity: "warning",
    word: (fields) =>
      inContext(fields, {
        message: `${fields.what} takes the last axis of ${fields.shape} as channels`,
        label: `an image is written ${fields.turned}`,
      }),
    explain: {
      cause: "The first axis of an image has 1 or 3 entries and the last has many, as in PyTorch's order.",
      wrong: "model M(x: f32[3, 32, 32]) {\n  Conv2D(8, 3x3)\n}",
      right: "model M(x: f32[32, 32, 3]) {\n  Conv2D(8, 3x3)\n}",
      why: "Channels come last here; in the other order the convolution would slide over colours.",
    },
  }),

  NN115: entry<{
    readonly what: Subject;
    readonly count: number;
    readonly largest: number;
    readonly from:
      | { readonly kind: "column"; readonly name: string }
      | { readonly kind: "input"; readonly element: string };
  }>({
    name: "token or class outside its range",
    severity: "error",
    word: ({ what, count, largest, from }) => ({
      message:
        from.kind === "column"
          ? `${subjectText(what)} takes values below ${count}, but the column '${from.name}' holds values up to ${largest}`
          : `${subjectText(what)} has ${count} rows, but its input is ${from.element}, with values up to ${largest}`,
      label: `the count must be at least ${largest + 1}`,
    }),
    explain: {
      cause: "A class or token is a whole number from 0 to one below the count, but the data holds larger ones.",
      wrong: "dataset D {\n  source mnist()\n  target digit: class(9) = label\n}",
      right: "dataset D {\n  source mnist()\n  target digit: class(10) = label\n}",
      why: "A class outside the range has no place in the output, and the loss would read beyond it.",
    },
  }),

  NN116: entry<{ readonly kind: "input" | "statement"; readonly what: string } | { readonly kind: "unreachable" }>({
    name: "value not used, or no path from input to output",
    severity: "warning",
    word: (fields) => ({ message: unusedText(fields) }),
    explain: {
      cause: "The model computes a value or takes an input, but the result does not depend on it.",
      wrong: "model M(x: f32[4], y: f32[4]) {\n  x -> Dense(3)\n}",
      right: "model M(x: f32[4], y: f32[4]) {\n  x + y -> Dense(3)\n}",
      why: "Layers that do not lead to the result get no gradient and learn nothing.",
    },
  }),

  NN117: entry<
    Context & {
      readonly what: Subject;
      readonly expected: Expectation;
      readonly actual: Actual;
      /** Whole numbers are expected in place of real ones. */
      readonly whole?: true;
      readonly fix?: Fix;
    }
  >({
    name: "wrong element type",
    severity: "error",
    word: (fields) =>
      inContext(fields, {
        message: `${subjectText(fields.what)} takes ${expectationText(fields.expected)}, not ${actualText(fields.actual)}`,
        ...helpOf(isTokens(fields.actual) ? tokensHelp(fields.what) : fields.whole === true ? wholeHelp : undefined),
        ...optionalFix(fields.fix),
      }),
    explain: {
      cause: "An operator on real numbers gets classes, tokens or whole numbers, or the reverse.",
      wrong: "model M(text: token(65)[128]) {\n  Dense(3)\n}",
      right: "model M(text: token(65)[128]) {\n  Embedding(65, 8)\n  Dense(3)\n}",
      why: "Classes and tokens are names in the form of numbers; arithmetic with them has no meaning.",
    },
  }),
};

const wholeHelp = "cast makes whole numbers of real ones: cast(x, i32)";
