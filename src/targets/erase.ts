// From TypeScript to JavaScript by leaving the types out: all else stays where it is, comments and layout too. Much faster
// than printing the tree anew, and enough, as nothing here writes syntax that JavaScript would need other code for.

import { ts } from "ts-morph";

interface Cut {
  readonly start: number;
  readonly end: number;
}

/** Where a node has types, in the order of the text. A type begins right behind its colon. */
function cutsOf(node: ts.Node): readonly Cut[] {
  if (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return [{ start: node.pos, end: node.end }];
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return [{ start: node.expression.end, end: node.end }];
  if (ts.isParameter(node)) {
    const start = node.questionToken?.pos ?? (node.type === undefined ? undefined : node.type.pos - 1);
    return start === undefined ? [] : [{ start, end: node.type?.end ?? start + 1 }];
  }
  if (ts.isVariableDeclaration(node) || ts.isFunctionLike(node))
    return node.type === undefined ? [] : [{ start: node.type.pos - 1, end: node.type.end }];
  return [];
}

/** The program without types. `text` uses only TypeScript that can be erased, without generics or modifiers. */
export function eraseTypes(text: string): string {
  const file = ts.createSourceFile("train.ts", text, ts.ScriptTarget.ES2022);
  const cuts: Cut[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    cuts.push(...cutsOf(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  const kept: string[] = [];
  let at = 0;
  for (const { start, end } of cuts.sort((a, b) => a.start - b.start)) {
    kept.push(text.slice(at, start));
    at = Math.max(at, end);
  }
  return kept.join("") + text.slice(at);
}
