// The text of src as data for the rules of tests/tidy: the imports, the length of each function, and the words in quotes. It
// knows TypeScript's syntax, but none of the rules.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";

export interface Tree {
  /** Paths below the root, `check/say/words.ts`, in order. */
  readonly files: readonly string[];
  text(path: string): string;
  syntax(path: string): ts.SourceFile;
}

export function readTree(root: string): Tree {
  const files = readdirSync(root, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".ts"))
    .map((path) => path.split(sep).join("/"))
    .sort();
  const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), "utf8")]));
  const trees = new Map<string, ts.SourceFile>();
  const text = (path: string): string => texts.get(path) ?? "";
  const syntax = (path: string): ts.SourceFile => {
    const tree = trees.get(path) ?? ts.createSourceFile(path, text(path), ts.ScriptTarget.Latest, true);
    trees.set(path, tree);
    return tree;
  };
  return { files, text, syntax };
}

/** The files of the tree that each file imports or re-exports, types included. */
export function importGraph(tree: Tree): ReadonlyMap<string, readonly string[]> {
  const known = new Set(tree.files);
  return new Map(
    tree.files.map((path) => {
      const specifiers = tree
        .syntax(path)
        .statements.flatMap((statement) =>
          ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
            ? (statement.moduleSpecifier ?? [])
            : [],
        );
      const targets = specifiers
        .map((specifier) => (ts.isStringLiteral(specifier) ? specifier.text : ""))
        .filter((name) => name.startsWith("."))
        .map((name) =>
          relative(".", join(dirname(path), name))
            .split(sep)
            .join("/"),
        );
      return [path, targets.filter((target) => known.has(target))];
    }),
  );
}

/** Sets of files that all reach each other by imports: Tarjan's strongly connected components of more than one file. */
export function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): void => {
    const own = index.size;
    index.set(path, own);
    low.set(path, own);
    stack.push(path);
    for (const next of graph.get(path) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(path, Math.min(low.get(path)!, low.get(next)!));
    }
    if (low.get(path) !== own) return;
    const circle = stack.splice(stack.indexOf(path));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const path of graph.keys()) if (!index.has(path)) visit(path);
  return found;
}

export interface FunctionLength {
  readonly path: string;
  /** Its own name, or that of what it is assigned to. */
  readonly name: string;
  readonly lines: number;
}

/** Every function of a file with its lines from the first word to the last brace. */
export function functionsOf(tree: Tree, path: string): readonly FunctionLength[] {
  const source = tree.syntax(path);
  const found: FunctionLength[] = [];
  const lineAt = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined)
      found.push({ path, name: nameOf(node), lines: lineAt(node.end) - lineAt(node.getStart()) + 1 });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.Node): string {
  const named = node as { readonly name?: ts.Node };
  if (named.name !== undefined) return named.name.getText();
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return "(nameless)";
}

/** Texts in quotes, and the parts of templates, each with its line from 1. */
export function wordsOf(tree: Tree, path: string): readonly { readonly word: string; readonly line: number }[] {
  const source = tree.syntax(path);
  const found: { word: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push({ word: node.text, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
