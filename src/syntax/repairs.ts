// Slips that leave no doubt about what was meant: a comma left out or too many, `=` for `:`, Python's `True`. Each
// is reported with its fix and put right in the tokens, so that the parser reads what was meant.

import type { IToken, TokenType } from "./chevrotain.ts";
import { endOf, type Problem, problemList, quoted } from "./problem.ts";
import { AnyName, atoms, signs, type TokenEntry, words } from "./tokens.ts";

const literals = new Set<TokenType>([
  ...Object.values(atoms).map(({ type }) => type),
  words.true.type,
  words.false.type,
]);
const isName = (token: IToken | undefined): boolean =>
  token !== undefined && (token.tokenType === AnyName || (token.tokenType.CATEGORIES?.includes(AnyName) ?? false));
const endsValue = (token: IToken): boolean =>
  literals.has(token.tokenType) || isName(token) || token.image === ")" || token.image === "]" || token.image === "}";
const startsValue = (token: IToken): boolean =>
  literals.has(token.tokenType) ||
  isName(token) ||
  token.tokenType === words.if.type ||
  token.tokenType === words.repeat.type;

/** The token as if `entry`'s word stood there, keeping its place. */
function as(token: IToken, entry: TokenEntry, image: string): IToken {
  const index = entry.type.tokenTypeIdx;
  return {
    ...token,
    ...(index === undefined ? {} : { tokenTypeIdx: index }),
    tokenType: entry.type,
    image,
    endOffset: endOf(token) - 1,
  };
}

export function repairSlips(tokens: readonly IToken[]): { readonly tokens: IToken[]; readonly problems: readonly Problem[] } {
  const out: IToken[] = [];
  const problems = problemList();
  const frames: ("call" | "list" | "parameters" | "body")[] = [];
  const replace = (token: IToken, entry: TokenEntry, text: string, hint: string): void => {
    const [start, end] = [token.startOffset, endOf(token)];
    const fix = { title: `write ${text}`, sure: true, start, end, text };
    problems.push({ start, end, found: quoted(token.image), expected: `'${text}'`, hint, fix });
    out.push(as(token, entry, text));
  };

  for (const [i, token] of tokens.entries()) {
    const previous = out.at(-1);
    const next = tokens[i + 1];
    const frame = frames.at(-1);
    const spaced = previous === undefined || endOf(previous) < token.startOffset;
    if (previous !== undefined && spaced && (frame === "call" || frame === "list" || frame === "parameters"))
      if (endsValue(previous) && startsValue(token)) {
        const typed = frame === "parameters" && ["(", ","].includes(out.at(-2)?.image ?? "") && isName(previous);
        const sign = typed ? signs.colon : signs.comma;
        const text = typed ? ":" : ",";
        const at = endOf(previous);
        problems.push({
          start: token.startOffset,
          end: endOf(token),
          found: quoted(token.image),
          expected: `'${text}'`,
          hint: `a '${text}' is missing`,
          fix: { title: `add '${text}'`, sure: true, start: at, end: at, text },
        });
        out.push(as({ ...token, endOffset: at - 1, startOffset: at, image: "" }, sign, text));
      }

    const before = out.at(-1);
    if (token.image === "(") {
      const declared = out.at(-2)?.tokenType;
      const heads = isName(before) && (declared === words.block.type || declared === words.model.type);
      frames.push(heads ? "parameters" : "call");
    } else if (token.image === "[") frames.push("list");
    else if (token.image === "{") frames.push("body");
    else if (token.image === ")" || token.image === "]" || token.image === "}") frames.pop();

    const closes = next?.image === ")" || next?.image === "]";
    if (token.image === "," && closes && frame !== "body" && frame !== undefined) {
      const [start, end] = [token.startOffset, endOf(token)];
      const fix = { title: "leave out ','", sure: true, start, end, text: "" };
      problems.push({ start, end, found: "','", expected: quoted(next.image), hint: "no ',' stands behind the last", fix });
      continue;
    }
    const opensOption = frame === "call" && isName(before) && ["(", ","].includes(out.at(-2)?.image ?? "");
    if (token.tokenType === signs.assign.type && opensOption) replace(token, signs.colon, ":", "options are written name: value");
    else if (token.image === "True" && next?.image !== ":") replace(token, words.true, "true", "written in lower case");
    else if (token.image === "False" && next?.image !== ":") replace(token, words.false, "false", "written in lower case");
    else out.push(token);
  }
  return { tokens: out, problems: problems.items };
}
