// `npm run fuzz`: random programs from a seed on, with a line of progress and a summary.

import { readFileSync } from "node:fs";
import { argv, exit, stdout } from "node:process";
import { parseArgs } from "node:util";
import { adviceText, countAdvice, falseAdvice } from "./advice.ts";
import { enginesOf, openTools, programOf, runCampaign, type Summary } from "./campaign.ts";
import { runProgram } from "./run.ts";

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    file: text,
    seed: text,
    count: text,
    seconds: text,
    only: text,
    save: text,
    match: text,
    all: flag,
    print: flag,
    "no-shrink": flag,
    slips: text,
    "slips-only": flag,
    json: flag,
    advice: flag,
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const count = Number(values.count ?? 300);

if (values.print === true) {
  stdout.write(programOf(seed)?.text ?? "// nothing was drawn for this seed\n");
  exit(0);
}

if (values.advice === true) {
  let shown = performance.now();
  const found = countAdvice(seed, count, ({ programs }) => {
    if (performance.now() - shown < 5000) return;
    shown = performance.now();
    stdout.write(`${programs} programs\n`);
  });
  stdout.write(adviceText(found));
  exit(falseAdvice(found).length > 0 ? 1 : 0);
}

if (values.file !== undefined) {
  const tools = await openTools();
  const engines = enginesOf(
    { all: true, ...(values.only === undefined ? {} : { only: values.only.split(",") }) },
    seed,
  );
  const { result, failures, refusal, compared, widened } = await runProgram(readFileSync(values.file, "utf8"), {
    seed,
    engines,
    tools,
  });
  await tools.close();
  for (const { kind, detail } of failures) stdout.write(`${kind}\n   ${detail}\n`);
  stdout.write(
    `${result}${refusal === undefined ? "" : `: ${refusal}`}; ${compared} arrays compared, of ${widened.length} rounding was measured\n`,
  );
  exit(result === "failed" ? 1 : 0);
}

const line = ({ tried, refused, unfit, failed, slipped, accepted, kinds, seconds }: Summary): string =>
  `${tried} programs, ${refused} refused, ${unfit} unfit, ${slipped} with slips, ${accepted} of them accepted, ${failed} failed in ${kinds.size} kinds, ${Math.round(((tried - refused) / seconds) * 60)} a minute`;

const tools = await openTools();
let shown = 0;
const summary = await runCampaign(
  {
    seed,
    count,
    ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
    ...(values.only === undefined ? {} : { only: values.only.split(",") }),
    ...(values.match === undefined ? {} : { match: new RegExp(values.match, "m") }),
    ...(values.save === undefined ? {} : { save: values.save }),
    all: values.all === true,
    shrink: values["no-shrink"] !== true,
    ...(values.slips === undefined ? {} : { slips: Number(values.slips) }),
    slipsOnly: values["slips-only"] === true,
    onProgress(now) {
      if (values.json === true || performance.now() - shown < 5000) return;
      shown = performance.now();
      stdout.write(`${line(now)}\n`);
    },
  },
  tools,
);
await tools.close();
if (values.json === true)
  stdout.write(
    `${JSON.stringify({ ...summary, kinds: [...summary.kinds], refusals: [...summary.refusals], widenings: [...summary.widenings] })}\n`,
  );
else {
  for (const [kind, { count: times, seeds, detail, text: smallest }] of [...summary.kinds].sort(
    (a, b) => b[1].count - a[1].count,
  ))
    stdout.write(`\n── ${times} × ${kind}\n   ${detail}\n   seeds ${seeds.slice(0, 5).join(", ")}\n${smallest}`);
  stdout.write(
    `\nseed ${seed}: ${line(summary)}; ${summary.compared} arrays compared, of ${summary.widened} rounding was measured\n`,
  );
  const list = (title: string, of: ReadonlyMap<string, number>): void => {
    const sorted = [...of].sort((a, b) => b[1] - a[1]).slice(0, 12);
    if (sorted.length > 0)
      stdout.write(`${title}: ${sorted.map(([what, times]) => `${times} × ${what}`).join("; ")}\n`);
  };
  list("refused", summary.refusals);
  list("rounding measured", summary.widenings);
}
exit(summary.failed > 0 ? 1 : 0);
