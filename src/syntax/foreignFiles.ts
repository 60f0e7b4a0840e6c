// Layers as the files of Caffe and Darknet describe them, in a body: each becomes a call with the same options, and the
// checker knows what such a layer is called here.

import type { IToken } from "./chevrotain.ts";
import { endOf } from "./problem.ts";
import { type Idiom, isName, type Look, type Place, partnerOf, placeOf, unreadValue } from "./rows.ts";
import { atoms, Newline } from "./tokens.ts";

const hint = "write a layer with its options in parentheses: Dense(10, softmax)";

function asCall(place: Place, reported: Place, found: string, written: string, used: number): Idiom {
  return {
    used,
    tokens: unreadValue(place),
    problem: {
      ...reported,
      found,
      expected: "a layer or a value",
      hint,
      fix: { title: `write ${written.length > 40 ? "it as a call" : written}`, sure: true, ...place, text: written },
    },
  };
}

/** `[convolutional]`, and `filters=32` below it. */
export function darknetLayer({ text, tokens, at }: Look): Idiom | undefined {
  const [, name, close, newline] = tokens.slice(at, at + 4);
  if (name === undefined || !isName(name) || close?.image !== "]" || newline?.tokenType !== Newline) return undefined;
  const options: string[] = [];
  let end = at + 3;
  for (let line = at + 4; isName(tokens[line]) && tokens[line + 1]?.image === "="; ) {
    let last = line + 2;
    while (last < tokens.length && tokens[last]?.tokenType !== Newline && tokens[last]?.image !== "}") last++;
    const value = placeOf(tokens, line + 2, last);
    options.push(`${tokens[line]?.image}: ${text.slice(value.start, value.end)}`);
    end = last;
    line = last + 1;
  }
  if (options.length === 0) return undefined;
  const place = placeOf(tokens, at, end);
  return asCall(place, placeOf(tokens, at, at + 3), "a section", `${name.image}(${options.join(", ")})`, end - at);
}

/** `layer { type: "Convolution" convolution_param { num_output: 8 } }`. */
export function caffeLayer({ text, tokens, at }: Look): Idiom | undefined {
  const end = partnerOf(tokens, at + 1);
  if (end === undefined) return undefined;
  let type: string | undefined;
  const options: string[] = [];
  for (let i = at + 2; i < end; i++) {
    const [name, sign, value] = tokens.slice(i, i + 3);
    if (name?.image === "type" && sign?.image === ":" && value?.tokenType === atoms.string.type)
      type ??= value.image.slice(1, -1);
    const close = sign?.image === "{" && /_param$/.test(name?.image ?? "") ? partnerOf(tokens, i + 1) : undefined;
    if (close === undefined) continue;
    options.push(...entriesOf(text, tokens, i + 2, close));
    i = close;
  }
  if (type === undefined || !/^[A-Za-z_]\w*$/.test(type)) return undefined;
  const place = placeOf(tokens, at, end + 1);
  return asCall(place, placeOf(tokens, at, at + 2), "'layer {'", `${type}(${options.join(", ")})`, end + 1 - at);
}

/** The entries of a message that are single values. */
function entriesOf(text: string, tokens: readonly IToken[], from: number, to: number): readonly string[] {
  const found: string[] = [];
  for (let i = from; i < to; i++) {
    const [name, colon, value] = tokens.slice(i, i + 3);
    if (name === undefined || !isName(name) || colon?.image !== ":" || value === undefined) continue;
    found.push(`${name.image}: ${text.slice(value.startOffset, endOf(value))}`);
    i += 2;
  }
  return found;
}
