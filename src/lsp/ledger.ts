// Keeps the open documents, the changes that the thread for checks does not know yet, the files of each program, and the
// programs whose check stopped. It reads no text.

import type { FileProblem } from "../driver/fileProblem.ts";
import type { Held, News } from "./questions.ts";

export interface Ledger {
  /** Takes the new state of the document, undefined when it closes. Returns the programs that have or lack the file. */
  hold(file: string, document: Held | undefined): readonly string[];
  document(file: string): Held | undefined;
  /** Takes a change on the disk of a file that is not open. Returns the same. */
  changed(file: string): readonly string[];
  /** Returns a number that differs after each change of the file. */
  state(file: string): number;
  /** Returns the changes that the thread for checks does not know yet, each once. */
  news(): News;
  /** Notes that a new thread knows nothing. */
  startAnew(): void;
  /** Notes that a check of the program begins: any file may turn out to belong to it. */
  begins(entry: string): void;
  reads(entry: string, files: readonly string[]): void;
  /** Notes that all files of the program are known. */
  checked(entry: string, files: readonly string[]): void;
  /** Notes that the check did not end; the files it read are known. */
  ends(entry: string): void;
  /** Notes the same, and lets no other check begin until one of those files changes. */
  stop(entry: string, problem: FileProblem): void;
  stopped(entry: string): FileProblem | undefined;
}

interface Program {
  readonly files: ReadonlySet<string>;
  readonly underWay: boolean;
}

export function ledgerOf(): Ledger {
  const documents = new Map<string, Held>();
  const states = new Map<string, number>();
  const unheard = new Set<string>();
  const programs = new Map<string, Program>();
  const stopped = new Map<string, FileProblem>();

  function changed(file: string): readonly string[] {
    states.set(file, (states.get(file) ?? 0) + 1);
    unheard.add(file);
    stopped.delete(file);
    const touched = [...programs].filter(([, { files, underWay }]) => underWay || files.has(file));
    for (const [entry] of touched) stopped.delete(entry);
    return touched.map(([entry]) => entry);
  }

  const filesOf = (entry: string): Iterable<string> => programs.get(entry)?.files ?? [];
  function note(entry: string, files: Iterable<string>, underWay: boolean): void {
    // News of a document that has closed meanwhile come too late.
    if (documents.has(entry)) programs.set(entry, { files: new Set([entry, ...files]), underWay });
  }
  const ends = (entry: string): void => note(entry, filesOf(entry), false);

  return {
    hold(file, document) {
      if (document === undefined) documents.delete(file);
      else documents.set(file, document);
      if (document === undefined) programs.delete(file);
      return changed(file);
    },
    document: (file) => documents.get(file),
    changed: (file) => (documents.has(file) ? [] : changed(file)),
    state: (file) => states.get(file) ?? 0,
    news() {
      const news = new Map([...unheard].map((file) => [file, documents.get(file)]));
      unheard.clear();
      return news;
    },
    startAnew() {
      unheard.clear();
      for (const file of documents.keys()) unheard.add(file);
    },
    begins: (entry) => note(entry, [], true),
    reads: (entry, files) => note(entry, [...filesOf(entry), ...files], programs.get(entry)?.underWay ?? false),
    checked: (entry, files) => note(entry, files, false),
    ends,
    stop(entry, problem) {
      ends(entry);
      stopped.set(entry, problem);
    },
    stopped: (entry) => stopped.get(entry),
  };
}
