// `nnc check FILE…`: reports the mistakes in programs, to people, as one JSON array, or as SARIF; once, or at each change.

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { renderJson } from "../../diagnostics/render/json.ts";
import { renderSarif } from "../../diagnostics/render/sarif.ts";
import { checkProgram } from "../../driver/check.ts";
import { load } from "../../host/load.ts";
import { watchFiles } from "../../host/watch.ts";
import { EXIT, type ExitCode, usageError } from "../exit.ts";
import { exitFor, result, say, settingTexts, showDiagnostics, shownPath, withoutHints } from "../output.ts";
import { version } from "../version.ts";

export interface CheckFlags {
  readonly hints?: boolean;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly watch?: boolean;
  readonly data?: string;
  readonly set?: ReadonlyMap<string, string>;
}

/** Identifies a finding, so that one in a file that several programs import shows once. */
const keyOf = ({ code, span, message }: Diagnostic): string =>
  [code, span.file, span.start, span.end, message].join("\n");

interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  readonly texts: ReadonlyMap<string, string>;
  /** Why files could not be read. */
  readonly unread: readonly string[];
  /** The files that were read or looked for. */
  readonly files: readonly string[];
}

/** Checks all files, even where one of them cannot be read. */
async function checkAll(files: readonly string[], flags: CheckFlags): Promise<Checked> {
  const diagnostics = new Map<string, Diagnostic>();
  const texts = new Map(settingTexts(flags.set));
  const unread: string[] = [];
  const seen = new Set(files);
  for (const file of files) {
    const loaded = await load(file, (sources) => checkProgram(sources, flags), new Map(), flags.data);
    if ("problem" in loaded) {
      unread.push(loaded.problem);
      continue;
    }
    for (const [name, text] of loaded.ok.texts) {
      texts.set(name, text);
      seen.add(name);
    }
    for (const name of loaded.ok.result.missing) seen.add(name);
    for (const one of loaded.ok.diagnostics) diagnostics.set(keyOf(one), one);
  }
  return { diagnostics: [...diagnostics.values()], texts, unread, files: [...seen] };
}

/** Shows what a check found, and returns its exit code. */
function show({ diagnostics, texts, unread }: Checked, { hints, json, sarif }: CheckFlags): ExitCode {
  for (const problem of unread) say(`nnc: ${problem}`);
  const shown = hints === true ? diagnostics : withoutHints(diagnostics);
  if (json === true) result(renderJson(shown, texts));
  else if (sarif === true) result(renderSarif(shown, texts, { version: version(), unread }));
  else showDiagnostics(shown, texts);
  return unread.length > 0 ? EXIT.usage : exitFor(diagnostics);
}

export async function check(files: readonly string[], flags: CheckFlags): Promise<ExitCode> {
  const { json, sarif, watch } = flags;
  if (json === true && sarif === true) throw usageError("choose one of --json and --sarif");
  if (watch !== true) return show(await checkAll(files, flags), flags);
  if (json === true || sarif === true) throw usageError("--watch is for people: leave --json and --sarif out");
  return watched(files, flags);
}

const clearScreen = "\u001b[2J\u001b[3J\u001b[H";

const clock = (): string => new Date().toTimeString().slice(0, 8);

/** Checks at each change until somebody interrupts; the exit code is that of the last check. */
async function watched(files: readonly string[], flags: CheckFlags): Promise<ExitCode> {
  const watcher = watchFiles();
  const stop = (): void => watcher.end();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  let changed: readonly string[] = files;
  let read: readonly string[] = files;
  for (;;) {
    // A change during the check is one more change.
    watcher.remember(read);
    const checked = await checkAll(files, flags);
    read = checked.files;
    // Files that it has met just now are known before anybody reads about them.
    watcher.meet(read);
    if (process.stderr.isTTY) process.stderr.write(clearScreen);
    say(`${clock()}  ${changed.map(shownPath).join(", ")}`);
    const code = show(checked, flags);
    const { diagnostics } = checked;
    const seen = flags.hints === true ? diagnostics : withoutHints(diagnostics);
    if (seen.length === 0 && checked.unread.length === 0) say("no mistakes");
    say("nnc checks again when a file changes; Ctrl-C ends it");
    const next = await watcher.next(read);
    if (next === undefined) return code;
    changed = next;
  }
}
