// What a receipt says of a command: its options, which another run of the command takes again.

import { readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { hashesOf, hashOfBytes, type Left, type Receipt, writeReceipt } from "../host/receipt.ts";
import type { CompiledFile } from "./compiled.ts";
import { EXIT, Refusal } from "./exit.ts";
import { version } from "./version.ts";

/** The options of a training on which its result depends. */
const kept = [
  ...["target", "model", "batch", "epochs", "seed", "strictMath", "winograd", "threads"],
  ...["limit", "memory", "maxSteps", "revectorize", "backend"],
] as const;

const from = (receipt: string, path: string): string =>
  (relative(dirname(resolve(receipt)), resolve(path)) || ".").split(sep).join("/");

export function receiptOptions(receipt: string, flags: object): Receipt["options"] {
  const given = flags as Readonly<Record<string, unknown>>;
  const { set, data } = given;
  return {
    ...Object.fromEntries(kept.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name] as string]]))),
    ...(set instanceof Map ? { set: Object.fromEntries(set) as Record<string, string> } : {}),
    ...(typeof data === "string" ? { data: from(receipt, data) } : {}),
  };
}

/** The hashes of a program as it is now: its texts, and the trainer that the compiler makes of them. */
export const programHashes = (file: string, { inputs, outputs }: CompiledFile): Pick<Receipt, "files" | "trainer"> => ({
  files: inputs.map((path) => ({
    name: relative(dirname(resolve(file)), resolve(path))
      .split(sep)
      .join("/"),
    sha256: hashOfBytes(readFileSync(path)),
  })),
  trainer: hashOfBytes(outputs.get("train.js") ?? ""),
});

/** Writes the receipt of a training. */
export function leaveReceipt(path: string, file: string, flags: object, compiled: CompiledFile, left: Left): void {
  const found = hashesOf(left);
  if ("problem" in found) throw new Refusal(EXIT.failed, found.problem);
  const written = writeReceipt(path, {
    nnc: version(),
    program: from(path, file),
    ...programHashes(file, compiled),
    options: receiptOptions(path, flags),
    ...found.ok,
    node: process.version,
    system: `${process.platform} ${process.arch}`,
  });
  if ("problem" in written) throw new Refusal(EXIT.failed, written.problem);
}
