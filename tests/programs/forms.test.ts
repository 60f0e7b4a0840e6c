// Everything that the language and the registry have is written by some of the random programs: a form that none writes is a form
// that none of them tests.

import { expect, test } from "vitest";
import { withDefaults } from "../../src/ops/options.ts";
import { allDefinitions } from "../../src/ops/registry.ts";
import { everything } from "../support/extent.ts";
import { programOf } from "./campaign.ts";
import { filesOf } from "./files.ts";
import { requestsOf } from "./run.ts";

const forms: Readonly<Record<string, RegExp>> = {
  "a block with several inputs": /^block \w+\([^)]*\], [^)]*: f32/m,
  "a loop over a step of blocks": /let \(\S+, .*\) = _ -> scan\(Block\d/,
  "a loop from the end": /scan\(Block.* reverse: true/,
  "boxes with a score": /mean_average_precision|MeanAveragePrecision/,
  "several values for a block": /\) -> Block\d/,
  "a record": /return \{/,
  "an entry of a named record": /let (\S+) = .*Block\d[\s\S]*\b\1\.\S/,
  "an entry of the current value": /^\s*_\.\S/m,
  "a weight as a value": /layer (\S+) = [\s\S]*\b\1\.(kernel|bias|gamma|beta|scale|alpha)\b/,
  "a layer that is a block": /layer \S+ = Block/,
  "a layer as a parameter": /: layer = /,
  "a word as a parameter": /: choice = /,
  "a declared result": /\) -> f32/,
  "an axis left open": /f32\[[^\]]*_[,\]]/,
  "an option of a block by position": /^(?!block).*Block\d+\((?![^,)]*:)[^)]/m,
  "a block's name": /Block\d+\(.*name:/,
  "else if": /else if/,
  "a repetition of nothing": /repeat 0 \{/,
  "a computed repetition": /repeat .*[-+*/]/,
  "a comparison": /if .*(==|!=|<|>)/,
  "and, or": /if .* (and|or) /,
  not: /if not /,
  "a choice behind a pipe": /-> if/,
  "a repetition behind a pipe": /-> repeat [^1]/,
  "a constant of others": /^const .*= [^,]*[a-z]\w* [-+*/]/m,
  "a percentage": /\d%/,
  "a number with an exponent": /\de-\d/,
  "a number with underscores": /\d_\d/,
  "a string": /: "\w+"/,
  "a name in back quotes": /`/,
  "imported files": /^import/m,
  "a file in a folder": /^import "parts\/numbers.nn"/m,
  "a split": /^\s*split .*validation/m,
  "a split by order": /by order/,
  "a field that changes training rows": /^\s*input .*-> (Random\w+|random_\w+|\w*Dropout|GaussianNoise)\b/m,
  "several inputs in one clause": /^\s*input .*,$/m,
  "several trainings": /^train Second/m,
  "several models of one data set": /^train Second on Data/m,
  "several data sets": /^dataset Other/m,
  "a field that is a column": /^\s*target label$/m,
  "a field with a column's name": /^\s*input pixels/m,
  "numbers of a column of classes": /f32\[1\] = label/,
  "a model with several outputs": /^model Many/m,
  "an input of tokens": /^\s*input [^=]*token\(256\)/m,
  "several results": /^\s*let \(/m,
  "an input that is not read": /^model \w+\([^)]*: class\(/m,
  "named sizes in a model": /^model \w+\([^)]*f32\[[a-z]/m,
  "named sizes of a parameter": /param [^:]+: f32\[[a-z]/,
  "an axis by name": /\b(axis|axes|shared_axes): [a-z`]/,
  "a size of names": /: \[[^\]]*[a-z][^\]]*\]/,
  "a returned expression": /return [^_{]/,
  "a choice as a value": /let \S+ = if/,
  "files to test with": /test_images/,
  "a sign": /[ (]-[_a-z(]/,
  "a power": /\*\*/,
  "a product of matrices": / @ /,
  "a pipe within an expression": /\([^()]* -> /,
  "several values on a line": /^\s*\(\S+, \S+\)$/m,
  "a loss for each output": /^ *loss +\{.*, /m,
  "metrics for each output": /^ *metrics +\{/m,
  "a loss as an expression": /^ *loss .*(mean|sum)\(/m,
  "a loss as a function": /^ *loss .*\w\((target\S*), prediction/m,
  "an output without a target": /^ {2}return \{.*[\s\S]*^ *loss .*prediction\.\w/m,
  "several steps": /^ {2}step [\s\S]*^ {2}step /m,
  "weights of a step": /^ {4}weights +\S/m,
  "weights of a training": /^ {2}weights +\S/m,
  "several optimizers": /^ *optimizer +\{.*rest: /m,
  "a path in back quotes": /`[^`]+\/[^`]*`(: \w|,|$)/m,
  "weights of samples": /^ {2}weight \S+: f32 = /m,
  "weights of classes": /^ {2}class_weight /m,
  "lengths of batches": /^ {2}buckets +\[/m,
  "lengths of batches by a field": /^ {2}buckets +\{/m,
  "noise as an input": /^ *(input )?\S+: f32\S* = random_(normal|uniform)\(\)/m,
  "averages of weights": /use_ema: true/,
  "accumulated gradients": /gradient_accumulation_steps: /,
  "clipped gradients": /(clipnorm|clipvalue|global_clipnorm): /,
  "a list of metrics": /metrics +\[/,
  "a comment": /\/\//,
  "a position": /[\w)]\[-?\d+[\],]/,
  "a range of positions": /[\w)]\[-?\d*:-?\d*[\],]/,
  "a step of positions": /[\w)]\[[^\]]*:[^\]:]*:-?\d/,
  "all axes in between": /[\w)]\[[^\]]*\.\.\./,
  "an input by name": /mask: (greater|\w+[,)])/,
  "states that another layer starts from": /return_state: true[\s\S]*initial_state: \(?\w/,
  "a mask from numbers": /^ *Masking\(/m,
  "a mask from tokens": /mask_zero: true/,
  "a description": /^\/\/\/ /m,
};

/** By then each should have come; all have come earlier, as a rule. */
const MOST = 10_000;
const CHECKED = 100;

// It draws thousands of programs for the rarest forms.
test.runIf(everything)("each form of the language and each definition is written, and most is accepted", () => {
  const unwritten = new Set(Object.keys(forms));
  const unused = new Map(
    allDefinitions().map((def) => [`${def.tier} ${def.name}`, [def.name, ...(def.aliases ?? [])]]),
  );
  // What reads files computes nothing in a program: the tests of the runtime draw tables and texts.
  for (const def of allDefinitions()) {
    const ofFiles =
      def.tier === "source" &&
      (def.schema !== undefined || def.columns(withDefaults(def.options, {})).some(({ text }) => text === true));
    if (def.tier === "encoder" || ofFiles) unused.delete(`${def.tier} ${def.name}`);
  }
  const refusals: string[] = [];
  let drawn = 0;
  let seed = 1;
  for (; seed <= CHECKED || (seed <= MOST && unwritten.size + unused.size > 0); seed++) {
    const made = programOf(seed);
    if (made === undefined) continue;
    drawn++;
    for (const form of unwritten) if (forms[form]!.test(made.text)) unwritten.delete(form);
    const words = new Set(made.text.match(/[A-Za-z_]\w*/g));
    for (const [key, names] of unused) if (names.some((name) => words.has(name))) unused.delete(key);
    if (seed > CHECKED) continue;
    const asked = requestsOf(made.text);
    // No gradient comes through a body that ends in a comparison or a count, which the generator does not know.
    if ("refusal" in asked && !asked.refusal.startsWith("NN210")) refusals.push(`${seed}: ${asked.refusal}`);
  }
  expect([...unwritten]).toEqual([]);
  expect([...unused.keys()]).toEqual([]);
  expect(drawn).toBeGreaterThan(0.95 * (seed - 1));
  expect(refusals.length, refusals.join("\n")).toBeLessThan(0.05 * CHECKED);
});

test("a program of several files is one text, and the files come out of it again", () => {
  const isSeveral = (text: string | undefined): text is string =>
    text?.startsWith('import "blocks.nn"\nimport "parts/numbers.nn"\n') === true;
  let seed = 1;
  while (!isSeveral(programOf(seed)?.text)) seed++;
  const several = programOf(seed)!.text;
  const files = filesOf(several);
  expect([...files.keys()]).toEqual(["main.nn", "blocks.nn", "parts/numbers.nn"]);
  expect(files.get("main.nn")).toMatch(/^import "blocks.nn"\n/);
  expect(files.get("parts/numbers.nn")).toContain("const ");
  expect(filesOf("model M(x: f32[2]) { x }\n")).toEqual(new Map([["main.nn", "model M(x: f32[2]) { x }\n"]]));
});
