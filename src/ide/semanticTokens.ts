// The kind of each word, for colours: the one table of tokens decides for words and signs, the meaning for names.

import { findFunction, findLayer } from "../ops/registry.ts";
import type { TokenType } from "../syntax/chevrotain.ts";
import { scan } from "../syntax/scan.ts";
import { atoms, Identifier, signs, type TokenEntry, tokenTable } from "../syntax/tokens.ts";
import { asArgument, asKinded, asName, asType, type Located, pathAt } from "./locate.ts";
import { type NameKind, occurrences } from "./names.ts";
import type { Snapshot } from "./snapshot.ts";
import type { TokenKind, TokenModifier } from "./tokenKinds.ts";

export interface SemanticToken {
  readonly start: number;
  readonly end: number;
  readonly kind: TokenKind;
  readonly modifiers: readonly TokenModifier[];
}

/** The kinds of the table's scopes; the first that begins a scope counts. Brackets and commas have none. */
const scopeKinds: readonly (readonly [scope: string, kind: TokenKind])[] = [
  ["keyword.operator.word", "keyword"],
  ["keyword.operator", "operator"],
  ["keyword", "keyword"],
  ["constant.numeric", "number"],
  ["constant.language", "keyword"],
  ["variable.language", "keyword"],
  ["string", "string"],
];
const entries: ReadonlyMap<TokenType, TokenEntry> = new Map(tokenTable.map((entry) => [entry.type, entry]));

const nameKinds = {
  constant: ["variable", "readonly"],
  block: ["class"],
  model: ["class"],
  dataset: ["struct"],
  input: ["parameter"],
  option: ["parameter"],
  field: ["property"],
  column: ["property"],
  output: ["property"],
  dimension: ["typeParameter"],
  value: ["variable"],
  layer: ["variable"],
  weight: ["variable"],
} as const satisfies Record<NameKind, readonly [TokenKind, ...TokenModifier[]]>;

/** Returns the coloured words of `[start, end]`, in the order of the text. None spans lines. */
export function semanticTokens(
  snapshot: Snapshot,
  file: string,
  range?: { readonly start: number; readonly end: number },
): readonly SemanticToken[] {
  const text = snapshot.texts.get(file) ?? "";
  const { tokens, comments } = scan(file, text);
  const meanings = new Map((occurrences(snapshot).get(file) ?? []).map((one) => [one.span.start, one]));
  const wanted = (start: number, end: number): boolean =>
    range === undefined || (start <= range.end && range.start <= end);
  const found: SemanticToken[] = [];
  for (const { text: words, kind, span } of comments)
    if (wanted(span.start, span.end))
      found.push({
        start: span.start,
        end: span.start + words.length,
        kind: "comment",
        modifiers: kind === "doc" ? ["documentation"] : [],
      });
  for (const [i, { tokenType, startOffset: start, image }] of tokens.entries()) {
    const end = start + image.length;
    // A repaired word may stand for other text.
    if (!wanted(start, end) || text.slice(start, end) !== image || image.includes("\n")) continue;
    const meaning = meanings.get(start);
    if (meaning !== undefined && meaning.span.end === end) {
      const [kind, ...modifiers] = nameKinds[meaning.kind];
      found.push({ start, end, kind, modifiers: meaning.declares ? ["declaration", ...modifiers] : modifiers });
      continue;
    }
    const isName = tokenType === Identifier || tokenType === atoms.quotedName.type;
    const entry = entries.get(tokenType);
    const one =
      isName || entry?.word === "contextual"
        ? namedToken(snapshot, file, start, image, tokens[i + 1]?.tokenType === signs.open.type)
        : signToken(entry);
    if (one !== undefined) found.push({ start, end, ...one });
  }
  return found.sort((a, b) => a.start - b.start);
}

type Colour = Pick<SemanticToken, "kind" | "modifiers">;

function signToken(entry: TokenEntry | undefined): Colour | undefined {
  const kind = scopeKinds.find(([scope]) => entry?.scope.startsWith(scope) === true)?.[1];
  return kind === undefined ? undefined : { kind, modifiers: [] };
}

/** A word that no declaration names: of the language, of nnc's registry, of an option, of a column. */
function namedToken(
  snapshot: Snapshot,
  file: string,
  start: number,
  image: string,
  isCalled: boolean,
): Colour | undefined {
  const path = pathAt(snapshot.files.get(file), start);
  const place = path.at(-1);
  const name = asName(place);
  if (name === undefined && asKinded(place)?.kind !== "name") return { kind: "keyword", modifiers: [] };
  const owner = path.at(-2);
  if (name !== undefined) return ofName(name, owner);
  const reference = place && snapshot.referenceAt(place.span);
  if (reference !== undefined && reference.op === undefined) return { kind: "property", modifiers: ["readonly"] };
  if (findLayer(image) !== undefined) return { kind: "class", modifiers: ["defaultLibrary"] };
  if (reference?.op !== undefined || isCalled || findFunction(image) !== undefined)
    return { kind: "function", modifiers: ["defaultLibrary"] };
  return { kind: "enumMember", modifiers: [] };
}

function ofName(name: NonNullable<ReturnType<typeof asName>>, owner: Located | undefined): Colour {
  if (asType(owner)?.element === name) return { kind: "type", modifiers: ["defaultLibrary"] };
  if (asArgument(owner)?.name === name) return { kind: "property", modifiers: [] };
  const kinded = asKinded(owner);
  if (kinded !== undefined && "keyword" in kinded && kinded.keyword === name) return { kind: "keyword", modifiers: [] };
  return { kind: "property", modifiers: [] };
}
