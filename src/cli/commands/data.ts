// `nnc data check FILE`: what is in the data of a program, and what spoils a training.

import { dirname } from "node:path";
import { dataChecker } from "../../driver/dataCheck.ts";
import { load } from "../../host/load.ts";
import { runTrainer } from "../../host/run.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { say, settingTexts, showDiagnostics, shownPath, withoutHints } from "../output.ts";
import { provideData } from "../provide.ts";

export interface DataFlags {
  readonly dataset?: string;
  readonly data?: string;
  readonly seed?: number;
  readonly set?: ReadonlyMap<string, string>;
  readonly json?: boolean;
}

/** Checks the data, and returns 0, or 1 if there is what spoils the training. */
export async function dataCheck(file: string, flags: DataFlags): Promise<ExitCode> {
  const { data, set, seed, dataset } = flags;
  const options = {
    ...(set === undefined ? {} : { set }),
    ...(seed === undefined ? {} : { seed }),
    ...(dataset === undefined ? {} : { dataset }),
  };
  const loaded = await load(file, (sources) => dataChecker(sources, options), new Map(), data);
  if ("problem" in loaded) throw usageError(loaded.problem);
  const { diagnostics, result, texts } = loaded.ok;
  if (result.outputs.size === 0) {
    showDiagnostics(withoutHints(diagnostics), new Map([...texts, ...settingTexts(set)]));
    return EXIT.errors;
  }
  const places = { program: dirname(file), ...(data === undefined ? {} : { data }) };
  if (!(await provideData(result.source, places))) return EXIT.interrupted;
  const args = [`--data=${dirname(file)}`];
  if (data !== undefined) args.push(`--data=${data}`);
  if (flags.json === true) args.push("--json");
  const ended = await runTrainer(result.outputs, { args, inputs: [] });
  if ("problem" in ended) throw new Refusal(EXIT.failed, ended.problem);
  const { others = [] } = result;
  if (others.length > 0 && flags.json !== true)
    say(
      `The program has other data sets, too: ${others.map(shownPath).join(", ")}. Look at one: --dataset ${shownPath(others[0] ?? "")}`,
    );
  return ended.ok;
}
