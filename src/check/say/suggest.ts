// Near names for one that is not known, as a list and as a fix. Bounded: in a program of many unknown names the first ones
// get suggestions.

import type { Span } from "../../base/span.ts";
import type { Departure } from "../../diagnostics/catalogue/departures.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { Session } from "../state/environment.ts";
import { type HabitTier, habitOf } from "./habits.ts";
import { nearest } from "./nearest.ts";

export interface Suggestion {
  readonly nearest: readonly string[];
  /** The name that was surely meant, put at the place. */
  readonly fix?: Fix;
  /** How it is done here, where no name says it. */
  readonly departure?: Departure;
}

/** As `suggest`, for words that other libraries have. */
export function suggestHabit(
  session: Session,
  tier: HabitTier,
  name: string,
  span: Span,
  candidates: readonly string[],
  orElse: readonly string[] = [],
): Suggestion {
  const habit = habitOf(tier, name, candidates);
  if (habit === undefined) return suggest(session, name, span, candidates, orElse);
  return "departure" in habit
    ? { nearest: [], departure: habit.departure }
    : { nearest: [habit.write], fix: write(span, habit.write, habit.sure !== false) };
}

/** The same, not to be applied without looking. */
export const unsure = (suggestion: Suggestion): Suggestion =>
  suggestion.fix === undefined ? suggestion : { ...suggestion, fix: { ...suggestion.fix, sure: false } };

/** Names that are listed where none is near. */
export const mostListed = 12;

/** Whether names may still be compared: otherwise candidates need not be collected. */
export const maySuggest = ({ budget }: Session): boolean => budget.comparisons > 0;

/** `orElse`: names to list where none is near. */
export function suggest(
  session: Session,
  name: string,
  span: Span,
  candidates: Iterable<string>,
  orElse: readonly string[] = [],
): Suggestion {
  if (!maySuggest(session)) return { nearest: [] };
  const { budget } = session;
  const compared: string[] = [];
  for (const candidate of candidates) {
    if (budget.comparisons === 0) break;
    budget.comparisons--;
    compared.push(candidate);
  }
  const near = nearest(name, compared);
  const names = near.names.length > 0 ? near.names : orElse.slice(0, mostListed);
  return near.sure === undefined ? { nearest: names } : { nearest: names, fix: write(span, near.sure, true) };
}
