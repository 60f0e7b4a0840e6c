// Near names for one that is not known, as a list and as a fix. Bounded: a program of many unknown names gets no more
// suggestions after the first hundreds.

import type { Span } from "../../base/span.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { Session } from "../state/environment.ts";
import { habitOf } from "./habits.ts";
import { nearest } from "./nearest.ts";

export interface Suggestion {
  readonly nearest: readonly string[];
  /** The name that was surely meant, put at the place. */
  readonly fix?: Fix;
  /** What to do, where no name says it. */
  readonly help?: string;
}

/** As `suggest`, for words that other libraries have. */
export function suggestHabit(
  session: Session,
  tier: "option" | "clause" | "layer",
  name: string,
  span: Span,
  candidates: readonly string[],
  orElse: readonly string[] = [],
): Suggestion {
  const habit = habitOf(tier, name, candidates);
  if (habit === undefined) return suggest(session, name, span, candidates, orElse);
  return "help" in habit
    ? { nearest: [], help: habit.help }
    : { nearest: [habit.write], fix: write(span, habit.write, true) };
}

const mostSuggestions = 200;
const mostListed = 12;

/** `orElse`: names to list where none is near. */
export function suggest(
  session: Session,
  name: string,
  span: Span,
  candidates: Iterable<string>,
  orElse: readonly string[] = [],
): Suggestion {
  const { budget } = session;
  if (budget.suggestions >= mostSuggestions) return { nearest: [] };
  budget.suggestions++;
  const near = nearest(name, candidates);
  const names = near.names.length > 0 ? near.names : orElse.slice(0, mostListed);
  return near.sure === undefined ? { nearest: names } : { nearest: names, fix: write(span, near.sure, true) };
}
