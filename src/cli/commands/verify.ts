// `nnc verify RECEIPT`: trains again as the receipt says, and says whether the same weights come out, or what is different.

import { dirname, join, resolve } from "node:path";
import { type Hashed, hashesOf, type Receipt, readReceipt } from "../../host/receipt.ts";
import { temporaryFolder } from "../../host/run.ts";
import { compiled, compileOptions } from "../compiled.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { result, say, shownPath } from "../output.ts";
import { programHashes } from "../receipt.ts";
import { version } from "../version.ts";
import { type TrainFlags, trainQuietly } from "./train.ts";

export interface VerifyFlags {
  readonly data?: string;
  readonly threads?: number;
}

/** Returns the options of the training; a folder of data is meant from the folder of the receipt. */
function flagsOf(path: string, { options }: Receipt, { data, threads }: VerifyFlags): TrainFlags {
  const { set, data: stored, ...rest } = options;
  const folder = data ?? (typeof stored === "string" ? resolve(dirname(path), stored) : undefined);
  return {
    ...({ revectorize: true, ...rest } as unknown as TrainFlags),
    ...(typeof set === "object" ? { set: new Map(Object.entries(set)) } : {}),
    ...(folder === undefined ? {} : { data: folder }),
    ...(threads === undefined ? {} : { threads }),
  };
}

/** Names the files that are not the same. */
function differences(was: readonly Hashed[], now: readonly Hashed[]): readonly string[] {
  const names = [...new Set([...was, ...now].map(({ name }) => name))];
  const hashes = (list: readonly Hashed[], wanted: string): string =>
    list.flatMap(({ name, sha256 }) => (name === wanted ? [sha256] : [])).join();
  return names.filter((name) => hashes(was, name) !== hashes(now, name)).map(shownPath);
}

interface Finding {
  readonly what: string;
  /** Undefined if it is the same. */
  readonly different: string | undefined;
}

const listed = (names: readonly string[]): string | undefined => (names.length === 0 ? undefined : names.join(", "));

/** Prints the findings; true if nothing is different. */
function report(findings: readonly Finding[]): boolean {
  for (const { what, different } of findings)
    result(`${what.padEnd(9)} ${different === undefined ? "same" : `different: ${different}`}\n`);
  return findings.every(({ different }) => different === undefined);
}

/** What the run itself says: a difference here explains other weights, and is none by itself. */
const circumstances = (was: Receipt["run"], now: Receipt["run"]): readonly string[] =>
  ["seed", "epochs", "examples", "variant"].flatMap((name) => {
    const [before, after] = [JSON.stringify(was[name]), JSON.stringify(now[name])];
    return before === after ? [] : [`${name === "variant" ? "form of the code" : name} ${before}, now ${after}`];
  });

export async function verify(path: string, given: VerifyFlags): Promise<ExitCode> {
  const read = readReceipt(path);
  if ("problem" in read) throw usageError(read.problem);
  const receipt = read.ok;
  const file = resolve(dirname(path), receipt.program);
  const flags = flagsOf(path, receipt, given);
  const program = await compiled(file, { ...compileOptions(flags), mustTrain: true }, flags.data);
  if ("exit" in program) return program.exit;
  const now = programHashes(file, program);
  const texts = listed(differences(receipt.files, now.files));
  const another = receipt.nnc === version() ? "it makes another trainer" : `nnc ${receipt.nnc}, now ${version()}`;
  const compiler = texts === undefined && now.trainer !== receipt.trainer ? another : undefined;
  const before = [
    { what: "program", different: texts },
    { what: "compiler", different: compiler },
  ];
  if (before.some(({ different }) => different !== undefined)) {
    report(before);
    result("not confirmed: this is another training\n");
    return EXIT.errors;
  }
  const scratch = temporaryFolder();
  if ("problem" in scratch) throw new Refusal(EXIT.failed, scratch.problem);
  try {
    const left = { facts: join(scratch.ok.path, "run.json"), weights: join(scratch.ok.path, "weights.safetensors") };
    say("training again");
    const code = await trainQuietly(file, flags, program, left);
    if (code !== EXIT.fine) return code;
    const found = hashesOf(left);
    if ("problem" in found) throw new Refusal(EXIT.failed, found.problem);
    const { data, run, weights } = found.ok;
    const same = report([
      ...before,
      { what: "data", different: listed(differences(receipt.data, data)) },
      { what: "run", different: listed(circumstances(receipt.run, run)) },
      { what: "weights", different: weights === receipt.weights ? undefined : `sha256 ${weights}` },
    ]);
    result(same ? `confirmed: the weights are those of ${shownPath(path)}, sha256 ${weights}\n` : "not confirmed\n");
    return same ? EXIT.fine : EXIT.errors;
  } finally {
    scratch.ok.remove();
  }
}
