// The report of a training that `nnc train` runs: a log to make it of, the live page, the look at mistakes, and the page at the end.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Html } from "../base/html.ts";
import { type LivePage, liveScript, serveLivePage } from "../host/livePage.ts";
import { pngUrl } from "../host/png.ts";
import { runTrainer, temporaryFolder } from "../host/run.ts";
import { isRunFolder, readLog } from "../host/runFolder.ts";
import { page, reportContent, reportPage } from "../report/page.ts";
import { type Run, readRun } from "../report/run.ts";
import { type CompileFlags, compiled, compileOptions } from "./compiled.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "./exit.ts";
import { say } from "./output.ts";
import { checkPage, writePage } from "./pages.ts";
import { runIn } from "./runs.ts";

/** The options of `nnc train` that a report follows. */
export interface ReportingFlags extends CompileFlags {
  readonly limit?: number;
  readonly log?: string;
  readonly tensorboard?: string;
  /** The page to write when the training has ended. */
  readonly report?: string;
  /** Whether to serve the page while it runs. */
  readonly live?: boolean;
  readonly force?: boolean;
  /** Whether to measure time by layer as long as `nnc train --profile` does. */
  readonly profile?: boolean;
}

interface Places {
  /** The folder for the log. */
  readonly log: string;
  /** Where the trainer puts the weights. */
  readonly keep: string;
}

export interface Reporting extends Places {
  /** Makes the report of what the log tells; does nothing if the training did not begin. */
  finish(code: ExitCode): Promise<void>;
  /** Ends the live page, and removes what was made for the report alone. */
  close(): Promise<void>;
}

/** How often the log is looked at for the live page. */
const lookMilliseconds = 500;

const title = "Training";

/** The run in a folder, as far as its log can be read at this moment. */
function runSoFar(folder: string): Run | undefined {
  if (!isRunFolder(folder)) return undefined;
  const texts = readLog(folder);
  const run = "ok" in texts ? readRun(folder, texts.ok) : texts;
  return "problem" in run ? undefined : run;
}

const waiting = "<p>The data is being read.</p>";

const contentOf = (run: Run | undefined, live: boolean): string =>
  run === undefined ? waiting : reportContent(run, pngUrl, live).text;

/** Serves the log in a folder as a page that grows with it. */
async function liveOf(folder: string): Promise<{ readonly live: LivePage; stop(): void }> {
  const served = await serveLivePage(
    (nonce, content) => page(title, new Html(content), { nonce, text: new Html(liveScript) }),
    waiting,
  );
  if ("problem" in served) throw new Refusal(EXIT.failed, served.problem);
  const live = served.ok;
  const timer = setInterval(() => live.show(contentOf(runSoFar(folder), true)), lookMilliseconds);
  return { live, stop: () => clearInterval(timer) };
}

/** Looks at the mistakes of the trained model, in a process of its own. Says what went wrong; the report is made without them. */
async function examine(file: string, flags: ReportingFlags, { keep, log }: Places): Promise<void> {
  // What a model says is the same on each target, and this one needs no packages.
  const target = flags.target === "tfjs" ? "wasm" : flags.target;
  const examiner = await compiled(
    file,
    { ...compileOptions({ ...flags, target }), mustTrain: true, tool: "examine" },
    flags.data,
  );
  if ("exit" in examiner) return;
  const args = [`--weights=${keep}`, `--out=${join(log, "examples.json")}`, `--data=${dirname(file)}`];
  if (flags.data !== undefined) args.push(`--data=${flags.data}`);
  if (flags.seed !== undefined) args.push("--seed", String(flags.seed));
  if (flags.limit !== undefined) args.push("--limit", String(flags.limit));
  const ended = await runTrainer(examiner.outputs, { args, inputs: examiner.inputs });
  if ("problem" in ended) say(`the report has no mistakes: ${ended.problem}`);
  else if (ended.ok !== 0) say("the report has no mistakes, because looking at them failed");
}

/** How long each measurement of a report takes, unless somebody asks for a profile: enough for bars. */
const shortMilliseconds = 300;
const longMilliseconds = 2000;

/** Measures where the time of a step goes, in a process of its own. Says what went wrong; the report is made without it. */
async function profile(file: string, flags: ReportingFlags, { log }: Places): Promise<void> {
  // Only the kernels of this target can be timed one by one.
  if (flags.target !== "wasm") return;
  const timed = await compiled(file, { ...compileOptions(flags), mustTrain: true, tool: "profile" }, flags.data);
  if ("exit" in timed) return;
  const args = [`--data=${dirname(file)}`];
  if (flags.data !== undefined) args.push(`--data=${flags.data}`);
  if (flags.limit !== undefined) args.push("--limit", String(flags.limit));
  if (flags.threads !== undefined) args.push("--threads", String(flags.threads));
  const milliseconds = flags.profile === true ? longMilliseconds : shortMilliseconds;
  const place = { file: join(log, "profile.json"), milliseconds };
  const ended = await runTrainer(timed.outputs, { args, inputs: timed.inputs, profile: place });
  if ("problem" in ended) say(`the report has no time by layer: ${ended.problem}`);
  else if (ended.ok !== 0) say("the report has no time by layer, because measuring it failed");
}

/** Prepares the report that the flags ask for; undefined if they ask for none. */
export async function openReporting(
  file: string,
  flags: ReportingFlags,
  inputs: readonly string[],
): Promise<Reporting | undefined> {
  const { report, live: wantsLive = false, force = false } = flags;
  if (report === undefined && !wantsLive) return undefined;
  if (report !== undefined) {
    if (/[\\/]$/.test(report)) throw usageError("--report needs the name of a file");
    checkPage(report, inputs, force);
  }
  const own = temporaryFolder();
  if ("problem" in own) throw new Refusal(EXIT.failed, own.problem);
  const { path, remove } = own.ok;
  const log = flags.log ?? join(path, "run");
  const keep = join(path, "weights.safetensors");
  const shown = wantsLive ? await liveOf(log) : undefined;
  if (shown !== undefined) say(`live report: ${shown.live.address}`);
  let begun = false;
  return {
    ...{ log, keep },
    async finish(code) {
      begun = isRunFolder(log) && (code !== EXIT.usage || flags.log === undefined);
      if (!begun) return;
      if (existsSync(keep)) await examine(file, flags, { keep, log });
      if (existsSync(keep) && (report !== undefined || flags.profile === true))
        await profile(file, flags, { keep, log });
      if (report !== undefined) writePage(report, reportPage(runIn(log), pngUrl));
    },
    async close() {
      shown?.stop();
      await shown?.live.end(contentOf(begun ? runSoFar(log) : undefined, false));
      remove();
    },
  };
}
