// Writes pages of HTML for the commands that make them.

import { basename, dirname } from "node:path";
import { replaceProblem } from "../host/replace.ts";
import { writeFile } from "../host/write.ts";
import { EXIT, Refusal, usageError } from "./exit.ts";
import { say, shownPath } from "./output.ts";

/** Refuses to replace a file that is no page of nnc's. */
export function checkPage(path: string, inputs: readonly string[], force: boolean): void {
  const refused = replaceProblem(dirname(path), new Map([[basename(path), ""]]), { inputs, force });
  if (refused !== undefined) throw usageError(refused);
}

/** Writes a page, whole or not at all, and says where it is. */
export function writePage(path: string, text: string): void {
  const written = writeFile(path, text);
  if ("problem" in written) throw new Refusal(EXIT.failed, written.problem);
  say(`report in ${shownPath(path)}; open it in a browser`);
}
