import type { LanguageSupport, StreamLanguage } from "@codemirror/language";
import type { Extension } from "@codemirror/state";

/** The parser of .nn files for colours. */
export const nnLanguage: StreamLanguage<unknown>;

/** Colours, indentation, folding and comments of .nn files. */
export function nn(): LanguageSupport;

/** Mistakes with fixes, completion and hover by nnc in the page. */
export function nnChecker(options: {
  /** The module `nnc/ide`. */
  readonly ide: typeof import("nnc/ide");
  /** The name of the text; `main.nn` if there is none. */
  readonly file?: string;
  /** The files that the text may import, by name. */
  readonly texts?: () => ReadonlyMap<string, string>;
  /** Milliseconds between a key and the check; 250 if there are none. */
  readonly delay?: number;
}): Extension;
