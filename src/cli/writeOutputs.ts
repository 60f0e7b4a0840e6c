// Writes the folder that a command makes, unless that would replace files of others, and lists its files on stdout.

import { type ReplaceOptions, replaceProblem } from "../host/replace.ts";
import { writeFolder } from "../host/write.ts";
import { EXIT, Refusal, usageError } from "./exit.ts";
import { result, shownPath } from "./output.ts";

/** Writes all the files, or none if one of them must not be replaced. */
export function writeOutputs(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  options: ReplaceOptions,
): void {
  const refused = replaceProblem(folder, files, options);
  if (refused !== undefined) throw usageError(refused);
  const written = writeFolder(folder, files);
  if ("problem" in written) throw new Refusal(EXIT.failed, written.problem);
  result(written.ok.map((path) => `${shownPath(path)}\n`).join(""));
}
