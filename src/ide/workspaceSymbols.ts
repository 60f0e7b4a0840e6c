// The declarations of a workspace by parts of their names.

import type { Outline } from "./navigation.ts";

/** The most symbols of one answer: people type more letters instead of reading on. */
const most = 500;

export interface FoundSymbol {
  readonly outline: Outline;
  /** The name of the definition around it. */
  readonly container: string | undefined;
}

/** Returns the symbols whose names hold the letters of `query` in their order. */
export function matchingSymbols(outlines: Iterable<Outline>, query: string): readonly FoundSymbol[] {
  const found: FoundSymbol[] = [];
  const see = (outline: Outline, container: string | undefined): void => {
    if (found.length < most && holds(outline.name, query)) found.push({ outline, container });
    for (const child of outline.children) see(child, outline.name);
  };
  for (const outline of outlines) see(outline, undefined);
  return found;
}

function holds(name: string, query: string): boolean {
  const letters = name.toLowerCase();
  let at = 0;
  for (const letter of query.toLowerCase()) {
    const next = letters.indexOf(letter, at);
    if (next < 0) return false;
    at = next + 1;
  }
  return true;
}
