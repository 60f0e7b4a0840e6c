// The signature of the call around the cursor, with the option that the user is writing. Reads tokens, as completion does.

import { inputsOf } from "../check/evaluate/index.ts";
import type { Definition } from "../ops/definition.ts";
import { defaultText, kindText } from "../ops/documentation.ts";
import { allDefinitions } from "../ops/registry.ts";
import { scan } from "../syntax/scan.ts";
import { signs } from "../syntax/tokens.ts";
import { blocksOf } from "./completion.ts";
import type { Snapshot } from "./snapshot.ts";
import { sourceText } from "./text.ts";

export interface Signature {
  /** `Conv2D(filters: int ≥ 1, strides: size of 2 = 1x1)` */
  readonly label: string;
  readonly doc: string;
  readonly options: readonly { readonly start: number; readonly end: number; readonly doc: string }[];
  /** The place in `options` of the one at the cursor; undefined if there is none. */
  readonly active: number | undefined;
}

interface CallAt {
  readonly callee: string;
  /** The number of options by position before the cursor. */
  readonly position: number;
  readonly option: string | undefined;
}

/** Returns the signature of the innermost call around `offset`. */
export function signatureAt(snapshot: Snapshot, file: string, offset: number): Signature | undefined {
  const call = callAt(file, snapshot.texts.get(file) ?? "", offset);
  if (call === undefined) return undefined;
  const block = blocksOf(snapshot).find(({ name }) => name.text === call.callee);
  if (block !== undefined) {
    const inputs = new Set(inputsOf(block.parameters));
    const options = block.parameters.filter((parameter) => !inputs.has(parameter));
    const list = options.map(({ name, span }) => ({
      name: name.text,
      text: sourceText(snapshot, span.file, span.start, span.end),
      doc: "",
    }));
    return signatureOf(
      call,
      list,
      list.map(({ name }) => name),
      block.doc ?? "",
    );
  }
  const definition = definitionCalled(call.callee);
  if (definition === undefined) return undefined;
  const list = Object.entries(definition.options).map(([name, option]) => {
    const usual = option.required === true ? "" : ` = ${defaultText(option)}`;
    return { name, text: `${name}: ${kindText(option.type).replaceAll("`", "")}${usual}`, doc: option.doc };
  });
  return signatureOf(call, list, definition.positional, definition.summary);
}

/** Layers and functions first: other tiers share names with them. */
function definitionCalled(name: string): Definition | undefined {
  const found = allDefinitions().filter((one) => one.name === name || one.aliases?.includes(name) === true);
  return found.find(({ tier }) => tier === "layer" || tier === "function") ?? found[0];
}

function signatureOf(
  { callee, position, option }: CallAt,
  list: readonly { readonly name: string; readonly text: string; readonly doc: string }[],
  positional: readonly string[],
  doc: string,
): Signature {
  const wanted = option ?? positional[position];
  let label = `${callee}(`;
  const options = list.map(({ text, doc: own }, i) => {
    if (i > 0) label += ", ";
    const start = label.length;
    label += text;
    return { start, end: label.length, doc: own };
  });
  const active = list.findIndex(({ name }) => name === wanted);
  return { label: `${label})`, doc, options, active: active < 0 ? undefined : active };
}

function callAt(file: string, text: string, offset: number): CallAt | undefined {
  const open: { callee: string | undefined; position: number; named: boolean; option: string | undefined }[] = [];
  let before: string | undefined;
  for (const { tokenType, image, startOffset } of scan(file, text).tokens) {
    if (startOffset >= offset) break;
    const top = open.at(-1);
    if (tokenType === signs.open.type) open.push({ callee: before, position: 0, named: false, option: undefined });
    else if (tokenType === signs.openSquare.type || tokenType === signs.openBrace.type)
      open.push({ callee: undefined, position: 0, named: false, option: undefined });
    else if (closers.includes(tokenType)) open.pop();
    else if (top !== undefined && tokenType === signs.comma.type) {
      if (!top.named) top.position++;
      top.named = false;
      top.option = undefined;
    } else if (top !== undefined && tokenType === signs.colon.type) {
      top.named = true;
      top.option = before;
    }
    before = /^\w+$/.test(image) ? image : undefined;
  }
  // The brackets of a list in an option belong to the call around it.
  const call = open.findLast(({ callee }) => callee !== undefined);
  if (call?.callee === undefined) return undefined;
  return { callee: call.callee, position: call.position, option: call.option };
}

const closers: readonly unknown[] = [signs.close.type, signs.closeSquare.type, signs.closeBrace.type];
