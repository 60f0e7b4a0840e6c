// The form of a catalogue entry: typed fields in, words out. The entries hold all that nnc says about a program.

import type { Edit, Fix, Related, Severity, TraceStep } from "../diagnostic.ts";

/** The words for one fact. Short, plain, lower case; the user's own names; no question, no blame. */
export interface Worded {
  readonly message: string;
  /** The text under the carets. */
  readonly label?: string;
  readonly related?: readonly Related[];
  readonly trace?: readonly TraceStep[];
  readonly help?: readonly string[];
  readonly fixes?: readonly Fix[];
}

export interface Entry<Fields> {
  /** `size mismatch` */
  readonly name: string;
  readonly severity: Severity;
  word(fields: Fields): Worded;
  /** The text of `nnc explain` and of the documentation page. */
  readonly explain: {
    readonly cause: string;
    readonly wrong: string;
    readonly right: string;
    readonly why: string;
  };
}

export const entry = <Fields>(definition: Entry<Fields>): Entry<Fields> => definition;

export const fix = (title: string, sure: boolean, ...edits: readonly Edit[]): Fix => ({ title, sure, edits });

/** Returns the sentence as help, if there is one. */
export const helpOf = (sentence: string | undefined): { readonly help?: readonly string[] } =>
  sentence === undefined ? {} : { help: [sentence] };

/** Returns the fix as a list, if there is one. */
export const optionalFix = (known: Fix | undefined): { readonly fixes?: readonly Fix[] } =>
  known === undefined ? {} : { fixes: [known] };

/** Returns the fix where one is known, otherwise a list of the nearest names. */
export function nearHelp(
  nearest: readonly string[],
  known: Fix | undefined,
  help?: string,
): { readonly help: readonly string[]; readonly fixes?: readonly Fix[] } {
  const others = known === undefined && nearest.length > 0 ? [`possible names: ${nearest.join(", ")}`] : [];
  return { help: [...others, ...(help === undefined ? [] : [help])], ...optionalFix(known) };
}

/** What is said of a decimal number with a comma. */
export const pointHelp = (
  number: Fix | undefined,
): { readonly help?: readonly string[]; readonly fixes?: readonly Fix[] } =>
  number === undefined
    ? {}
    : { help: ["a decimal number has a point, because ',' separates options"], fixes: [number] };
