// What a trained model says about single examples that it has not seen, as examples.json tells it.

import { anyNumber, fieldsOf, json, listOf, NotARun, optional, required, textOf, wholeOf } from "./decode.ts";

/** What an example looks like. */
export type Look =
  | {
      readonly kind: "picture";
      readonly name: string;
      readonly width: number;
      readonly height: number;
      /** 1, 3 or 4 bytes a pixel. */
      readonly channels: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "text"; readonly name: string; readonly text: string }
  | { readonly kind: "values"; readonly values: readonly (readonly [name: string, value: string])[] };

export interface Example {
  /** Its place in the data. */
  readonly place: string;
  readonly looks: readonly Look[];
  /** What is right and what the model says, by the name of the target. */
  readonly answers: readonly { readonly name: string; readonly right: string; readonly said: string }[];
  readonly loss?: number;
}

/** How often each class was taken for each. */
export interface Confusion {
  readonly name: string;
  readonly labels: readonly string[];
  /** By the right class, then by what the model says. */
  readonly counts: readonly (readonly number[])[];
}

/** Right and predicted numbers of a target. */
export interface Pairs {
  readonly name: string;
  readonly right: readonly number[];
  readonly said: readonly number[];
}

export interface Examples {
  readonly part: string;
  /** The examples of the part, and how many of them were looked at for mistakes. */
  readonly count: number;
  readonly looked: number;
  readonly order: "margin" | "loss";
  readonly confusions: readonly Confusion[];
  readonly pairs: readonly Pairs[];
  readonly worst: readonly Example[];
}

const mostSide = 4096;

function lookOf(value: unknown, where: string): Look {
  const fields = fieldsOf(value, where);
  const kind = required(fields, "kind", where, textOf);
  if (kind === "text")
    return { kind, name: required(fields, "name", where, textOf), text: required(fields, "text", where, textOf) };
  if (kind === "values") {
    const values = required(fields, "values", where, (list, at) =>
      listOf(list, at, (pair, here): readonly [string, string] => {
        const [name, shown] = listOf(pair, here, textOf);
        return [name ?? "", shown ?? ""];
      }),
    );
    return { kind, values };
  }
  if (kind !== "picture") throw new NotARun(`${where}: '${kind}' is no look of an example`);
  const [width, height, channels] = [
    required(fields, "width", where, wholeOf),
    required(fields, "height", where, wholeOf),
    required(fields, "channels", where, wholeOf),
  ];
  const encoded = required(fields, "pixels", where, textOf);
  const bytes = Uint8Array.from(/^[A-Za-z0-9+/]*=*$/.test(encoded) ? atob(encoded) : "", (one) => one.charCodeAt(0));
  const fits = [1, 3, 4].includes(channels) && width >= 1 && height >= 1 && width <= mostSide && height <= mostSide;
  if (!fits || bytes.length !== width * height * channels) throw new NotARun(`${where} is not a picture`);
  return { kind, name: required(fields, "name", where, textOf), width, height, channels, bytes };
}

function exampleOf(value: unknown, where: string): Example {
  const fields = fieldsOf(value, where);
  const loss = optional(fields, "loss", where, anyNumber);
  return {
    place: required(fields, "place", where, textOf),
    looks: required(fields, "looks", where, (list, at) => listOf(list, at, lookOf)),
    answers: required(fields, "answers", where, (list, at) =>
      listOf(list, at, (one, here) => {
        const answer = fieldsOf(one, here);
        return {
          name: required(answer, "name", here, textOf),
          right: required(answer, "right", here, textOf),
          said: required(answer, "said", here, textOf),
        };
      }),
    ),
    ...(loss === undefined ? {} : { loss }),
  };
}

function confusionOf(value: unknown, where: string): Confusion {
  const fields = fieldsOf(value, where);
  const labels = required(fields, "labels", where, (list, at) => listOf(list, at, textOf));
  const counts = required(fields, "counts", where, (list, at) =>
    listOf(list, at, (row, here) => listOf(row, here, wholeOf)),
  );
  if (counts.length !== labels.length || counts.some((row) => row.length !== labels.length))
    throw new NotARun(`${where} is not a table of ${labels.length} classes`);
  return { name: required(fields, "name", where, textOf), labels, counts };
}

function pairsOf(value: unknown, where: string): Pairs {
  const fields = fieldsOf(value, where);
  const numbers = (list: unknown, at: string): readonly number[] => listOf(list, at, anyNumber);
  const right = required(fields, "right", where, numbers);
  const said = required(fields, "said", where, numbers);
  if (right.length !== said.length) throw new NotARun(`${where} has ${right.length} numbers for ${said.length}`);
  return { name: required(fields, "name", where, textOf), right, said };
}

/** Reads the text of examples.json. Throws a NotARun. */
export function readExamples(text: string): Examples {
  const where = "examples.json";
  const fields = fieldsOf(json(text, where), where);
  return {
    part: required(fields, "part", where, textOf),
    count: required(fields, "count", where, wholeOf),
    looked: required(fields, "looked", where, wholeOf),
    order: required(fields, "order", where, textOf) === "margin" ? "margin" : "loss",
    confusions: required(fields, "confusions", where, (list, at) => listOf(list, at, confusionOf)),
    pairs: required(fields, "pairs", where, (list, at) => listOf(list, at, pairsOf)),
    worst: required(fields, "worst", where, (list, at) => listOf(list, at, exampleOf)),
  };
}
