// Suggests near names for an unknown one, as a list and as a fix. Bounded: in a program with many unknown names, only the
// first ones get suggestions.

import type { Span } from "../../base/span.ts";
import type { Departure } from "../../diagnostics/catalogue/departures.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { Session } from "../state/environment.ts";
import { type HabitTier, habitOf } from "./habits.ts";
import { nearest } from "./nearest.ts";

export interface Suggestion {
  readonly nearest: readonly string[];
  /** The fix that writes the name that the user surely means. */
  readonly fix?: Fix;
  /** nnc's own way, if no name expresses it. */
  readonly departure?: Departure;
}

/** Suggests names as `suggest` does, also for words of other libraries. */
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

/** Returns the same fix, marked as unsure. */
export const unsure = (suggestion: Suggestion): Suggestion =>
  suggestion.fix === undefined ? suggestion : { ...suggestion, fix: { ...suggestion.fix, sure: false } };

/** Names to list if none is near. */
export const mostListed = 12;

/** Whether the budget still allows comparing names: otherwise callers need not collect candidates. */
export const maySuggest = ({ budget }: Session): boolean => budget.comparisons > 0;

/** Suggests near names. `orElse`: names to list if none is near. */
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
