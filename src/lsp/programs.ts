// Keeps one checked snapshot for each open document, as the entry of its own program. A snapshot lives until one of its
// texts changes. Imports come from open documents first, then from the disk.

import { load } from "../host/load.ts";
import { programFiles, readProgramFile } from "../host/programFiles.ts";
import { type Memory, newMemory, type Outline, openProgram, type Snapshot, symbolsOfText } from "../ide/index.ts";

export interface Programs {
  /** Returns the current program that begins with this document; undefined if it cannot be read. */
  snapshot(entry: string): Promise<Snapshot | undefined>;
  /** Forgets every program that has or lacks the file. */
  changed(file: string): void;
  /** Forgets the program of a closed document. */
  closed(entry: string): void;
  /** Returns the programs of files in the folders that are not open and import one of these files, as they are now. */
  importing(files: readonly string[], folders: readonly string[]): Promise<readonly Snapshot[]>;
  /** Returns the texts of all open documents and of the files in the folders, each with its outline. */
  outlines(folders: readonly string[]): Promise<ReadonlyMap<string, Outlined>>;
}

export interface Outlined {
  readonly text: string;
  readonly outline: readonly Outline[];
}

/**
 * Makes the programs. `open`: the texts of open documents, by key. It calls `reads` with files before their check and with
 * missing ones, so that they are known even if the check never ends.
 */
export function programsOf(
  open: () => ReadonlyMap<string, string>,
  reads: (files: readonly string[]) => void,
): Programs {
  const programs = new Map<string, { readonly answer: Promise<Snapshot | undefined>; made?: Snapshot | undefined }>();

  const outlined = new Map<string, Outlined>();

  const memory = newMemory();
  const check = async (entry: string): Promise<Snapshot | undefined> => checked(entry, { open: open(), memory }, reads);

  return {
    snapshot(entry) {
      const known = programs.get(entry);
      if (known !== undefined) return known.answer;
      const program: { answer: Promise<Snapshot | undefined>; made?: Snapshot | undefined } = { answer: check(entry) };
      programs.set(entry, program);
      program.answer = program.answer.then((made) => {
        program.made = made;
        return made;
      });
      // The next request tries a failed program again.
      program.answer.catch(() => {
        if (programs.get(entry) === program) programs.delete(entry);
      });
      return program.answer;
    },
    changed(file) {
      for (const [entry, { made }] of programs) {
        // A check under way may have read the old text.
        const touched = made === undefined || made.texts.has(file) || made.missing.includes(file);
        if (touched) programs.delete(entry);
      }
    },
    closed: (entry) => void programs.delete(entry),
    async importing(files, folders) {
      const names = files.map((file) => file.split("/").at(-1) ?? file);
      const found: Snapshot[] = [];
      for (const [path, text] of closedTexts(folders, open())) {
        if (!/\bimport\b/.test(text) || !names.some((name) => text.includes(name))) continue;
        const one = await check(path);
        if (one !== undefined && files.some((file) => one.texts.has(file))) found.push(one);
      }
      return found;
    },
    async outlines(folders) {
      outline(outlined, new Map([...open(), ...closedTexts(folders, open())]));
      return outlined;
    },
  };
}

/** Checks the program that begins with the file, as it is now. */
async function checked(
  entry: string,
  { open, memory }: { readonly open: ReadonlyMap<string, string>; readonly memory: Memory },
  reads: (files: readonly string[]) => void,
): Promise<Snapshot | undefined> {
  const run = (sources: Parameters<typeof openProgram>[0]): Snapshot => {
    reads([...sources.texts.keys()]);
    const snapshot = openProgram(sources, memory);
    reads(snapshot.missing);
    return snapshot;
  };
  const loaded = await load(entry, run, open);
  if ("problem" in loaded) return undefined;
  const { result, diagnostics } = loaded.ok;
  return { ...result, diagnostics };
}

/** Returns the texts of the files in the folders that no editor holds. */
function closedTexts(folders: readonly string[], held: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of programFiles(folders)) {
    const text = held.has(path) ? undefined : readProgramFile(path);
    if (text !== undefined) found.set(path, text);
  }
  return found;
}

/** Brings the outlines up to these texts. */
function outline(known: Map<string, Outlined>, texts: ReadonlyMap<string, string>): void {
  for (const path of known.keys()) if (!texts.has(path)) known.delete(path);
  for (const [path, text] of texts)
    if (known.get(path)?.text !== text) known.set(path, { text, outline: symbolsOfText(path, text) });
}
