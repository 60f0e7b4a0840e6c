// `nnc check FILE…`: reports the mistakes in programs, to people or as one JSON array.

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { renderJson } from "../../diagnostics/render/json.ts";
import { checkProgram } from "../../driver/check.ts";
import { load } from "../../host/load.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { exitFor, result, say, settingTexts, showDiagnostics, withoutHints } from "../output.ts";

export interface CheckFlags {
  readonly hints?: boolean;
  readonly json?: boolean;
  readonly data?: string;
  readonly set?: ReadonlyMap<string, string>;
}

/** Identifies a finding, so that one in a file that several programs import shows once. */
const keyOf = ({ code, span, message }: Diagnostic): string =>
  [code, span.file, span.start, span.end, message].join("\n");

/** Checks all files, even where one of them cannot be read. */
export async function check(files: readonly string[], flags: CheckFlags): Promise<ExitCode> {
  const diagnostics = new Map<string, Diagnostic>();
  const texts = new Map(settingTexts(flags.set));
  let code: ExitCode = EXIT.fine;
  for (const file of files) {
    const loaded = await load(file, (sources) => checkProgram(sources, flags), new Map(), flags.data);
    if ("problem" in loaded) {
      say(`nnc: ${loaded.problem}`);
      code = EXIT.usage;
      continue;
    }
    for (const [name, text] of loaded.ok.texts) texts.set(name, text);
    for (const one of loaded.ok.diagnostics) diagnostics.set(keyOf(one), one);
  }
  const all = [...diagnostics.values()];
  const shown = flags.hints === true ? all : withoutHints(all);
  if (flags.json === true) result(renderJson(shown, texts));
  else showDiagnostics(shown, texts);
  return code === EXIT.fine ? exitFor(all) : code;
}
