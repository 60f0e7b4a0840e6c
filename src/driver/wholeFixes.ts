// Several slips in one call or statement mostly have one cause, the habits of another language. They are one report, whose fix
// mends all of them. What a fix leaves is found by checking again, so only wrong programs pay for it.

import { writeAll } from "../diagnostics/catalogue/fixes.ts";
import type { Diagnostic, Edit } from "../diagnostics/diagnostic.ts";
import { naming } from "./damage.ts";
import { type Place, type Wholes, wholesOf } from "./wholes.ts";

/** What a check found. `guessed`: the errors whose fix would be sure if nothing else were wrong in their line. */
export interface Found {
  readonly diagnostics: readonly Diagnostic[];
  readonly guessed: ReadonlySet<Diagnostic>;
}

/** In longer texts, with more slips and after more rounds, fixes stay as they are. */
const most = { length: 60_000, groups: 30, rounds: 8 } as const;

/** Slips in one call or statement, on the way to their fix. */
interface Group {
  readonly first: Diagnostic;
  readonly members: readonly Diagnostic[];
  /** Its place in the text. */
  readonly from: Place;
  /** Its place in the text of this round. */
  start: number;
  end: number;
  rounds: number;
  state: "open" | "clean" | "stuck";
  /** What is to be done in the next round. */
  edits: readonly Edit[];
}

/** Returns the diagnostics of a file, with one report for all slips of a call or statement that one fix can mend. */
export function withWholeFixes(
  { file, text }: { readonly file: string; readonly text: string },
  found: Found,
  check: (text: string) => Found,
): readonly Diagnostic[] {
  const errors = errorsOf(found, file);
  if (text.length > most.length || errors.every(({ fixes }) => fixes.length === 0)) return found.diagnostics;
  const wholes = wholesOf(text);
  const { groups, noise } = grouped(errors, wholes, found.guessed);
  let now = text;
  let last = found;
  for (let round = 0; round < most.rounds && groups.some(({ state }) => state === "open"); round++) {
    now = applied(now, groups);
    const after = check(now);
    last = after;
    const left = errorsOf(after, file);
    for (const group of groups) if (group.state === "open") step(group, left, after.guessed);
  }
  const put = new Map<Diagnostic, readonly Diagnostic[]>(noise.map((one) => [one, []]));
  for (const group of groups) {
    const { first, members } = group;
    if (group.state !== "clean" || (group.rounds === 1 && members.length === 1)) continue;
    const [place, written] = change(text, now, group, wholes);
    for (const one of members) put.set(one, []);
    put.set(first, [{ ...first, fixes: [writeAll({ file, ...place }, written)] }]);
  }
  for (const one of consequences(found.diagnostics, last, groups)) put.set(one, []);
  return put.size === 0 ? found.diagnostics : found.diagnostics.flatMap((one) => put.get(one) ?? [one]);
}

/** Returns what is said of other statements, and is no longer true once the groups are mended. */
function consequences(told: readonly Diagnostic[], last: Found, groups: readonly Group[]): readonly Diagnostic[] {
  if (groups.length === 0 || groups.some(({ state }) => state !== "clean")) return [];
  const left = new Set(last.diagnostics.map(({ code, message }) => `${code} ${message}`));
  const mended = new Set(groups.flatMap(({ members }) => members));
  return told.filter((one) => !mended.has(one) && !left.has(`${one.code} ${one.message}`));
}

const errorsOf = ({ diagnostics }: Found, file: string): readonly Diagnostic[] =>
  diagnostics.filter(({ severity, span }) => severity === "error" && span.file === file);

/** Returns the statement of an error, and all that its fix writes anew from there on. */
function wholeOf({ span, fixes }: Diagnostic, wholes: Wholes): Place {
  const { start, end } = wholes.statement(span);
  const [only, more] = fixes[0]?.edits ?? [];
  const reaches = only !== undefined && more === undefined && only.span.start >= start && only.span.start <= end;
  return { start, end: reaches ? Math.max(end, only.span.end) : end };
}

/**
 * Sorts errors by their statements. Those of a statement whose first one has no fix stay as they are; but of the signs after a
 * name that means nothing, nothing is said.
 */
function grouped(
  errors: readonly Diagnostic[],
  wholes: Wholes,
  guessed: ReadonlySet<Diagnostic>,
): { readonly groups: readonly Group[]; readonly noise: readonly Diagnostic[] } {
  const groups: Group[] = [];
  const noise: Diagnostic[] = [];
  for (let i = 0; i < errors.length && groups.length < most.groups; ) {
    const first = errors[i];
    if (first === undefined) break;
    const from = wholeOf(first, wholes);
    const members = errors.slice(i).filter(({ span }) => span.start >= from.start && span.start <= from.end);
    i += Math.max(members.length, 1);
    const edits = editsOf(members, guessed, from);
    if (edits !== undefined) groups.push({ first, members, ...from, from, rounds: 0, state: "open", edits });
    else if (naming.has(first.code)) noise.push(...members.filter(({ code }) => code === "NN001"));
  }
  return { groups, noise };
}

/** Returns what a group's fix writes: the smallest call around what differs, or the statement. */
function change(text: string, now: string, { from, start, end }: Group, wholes: Wholes): readonly [Place, string] {
  const [old, written] = [text.slice(from.start, from.end), now.slice(start, end)];
  const shorter = Math.min(old.length, written.length);
  let same = 0;
  while (same < shorter && old[same] === written[same]) same++;
  let after = 0;
  while (after < shorter - same && old.at(-1 - after) === written.at(-1 - after)) after++;
  const differs = { start: from.start + same, end: from.end - after };
  const call = wholes.call(differs);
  const place = call === undefined || call.start < from.start || call.end > from.end ? from : call;
  return [place, written.slice(place.start - from.start, written.length - (from.end - place.end))];
}

/** Returns the edits of the fixes of errors in a place that keep apart; undefined if the first error has none there. */
function editsOf(
  errors: readonly Diagnostic[],
  guessed: ReadonlySet<Diagnostic>,
  { start, end }: Place,
): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  for (const one of errors) {
    const fix = one.fixes.find(({ sure }) => sure || guessed.has(one));
    const inside = fix?.edits.every(({ span }) => span.start >= start && span.end <= end) === true ? fix.edits : [];
    if (inside.length === 0 && one === errors[0]) return undefined;
    const meets = inside.some(({ span }) =>
      edits.some((other) => span.start <= other.span.end && span.end >= other.span.start),
    );
    if (!meets) edits.push(...inside);
  }
  return edits;
}

/** Applies the edits of all groups, and moves the groups to where they are then. */
function applied(text: string, groups: readonly Group[]): string {
  const edits = groups
    .flatMap((group) => (group.state === "open" ? group.edits.map((edit) => ({ group, edit })) : []))
    .toSorted((a, b) => a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end);
  let written = "";
  let copied = 0;
  let moved = 0;
  const grown = new Map<Group, number>();
  for (const { group, edit } of edits) {
    written += text.slice(copied, edit.span.start) + edit.text;
    copied = edit.span.end;
    grown.set(group, (grown.get(group) ?? 0) + edit.text.length - (edit.span.end - edit.span.start));
  }
  for (const group of [...groups].sort((a, b) => a.start - b.start)) {
    group.start += moved;
    moved += grown.get(group) ?? 0;
    group.end += moved;
  }
  return written + text.slice(copied);
}

/** Looks at what is left in the place of a group. */
function step(group: Group, left: readonly Diagnostic[], guessed: ReadonlySet<Diagnostic>): void {
  group.rounds++;
  const { start, end } = group;
  const inside = left.filter(({ span }) => span.start >= start && span.start <= end);
  const edits = inside.length === 0 ? [] : editsOf(inside, guessed, group);
  if (inside.length === 0) group.state = "clean";
  else if (edits === undefined) group.state = "stuck";
  else group.edits = edits;
}
