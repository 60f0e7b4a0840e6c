// Runs a command, and turns every failure into one message and an exit code.

import { CommanderError } from "commander";
import { Fault, saveReport, stepsOf } from "../host/fault.ts";
import { systemReason } from "../host/outcome.ts";
import { EXIT, type ExitCode, Refusal } from "./exit.ts";
import { say } from "./output.ts";
import { buildProgram } from "./program.ts";
import { version } from "./version.ts";

/** Reports a fault of nnc itself: says which step failed, and saves all that a report needs, with the stack, in a file. */
function reportBug(error: unknown, debug: boolean): ExitCode {
  const versions = `nnc ${version()}, Node ${process.version}, ${process.platform} ${process.arch}`;
  const steps = stepsOf(error);
  const [fact = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  const path = saveReport(error, [versions, `command: nnc ${process.argv.slice(2).join(" ")}`]);
  const saved = path === undefined ? "" : `\n  The program and all details were saved in ${path}`;
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ""}` : "";
  say(
    `nnc: this is a fault of nnc, not of your program: ${fact}\n` +
      `  It happened ${steps === undefined ? "outside the compiler" : `in ${steps}`} (${versions}).${saved}\n` +
      `  Please report it${path === undefined ? " with the .nn file that shows it" : " and attach that file"} ` +
      `where you got nnc.${stack}`,
  );
  return EXIT.failed;
}

function failure(error: unknown, debug: boolean): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (error instanceof Fault && error.cause instanceof Refusal) return failure(error.cause, debug);
  if (error instanceof Refusal) {
    say(`nnc: ${error.message}`);
    return error.code;
  }
  return reportBug(error, debug);
}

async function main(): Promise<void> {
  const debug = process.argv.includes("--debug");
  const stop = (error: unknown): void => process.exit(failure(error, debug));
  process.on("uncaughtException", stop);
  process.on("unhandledRejection", stop);
  // A reader that has seen enough (`nnc explain | head`) is no failure.
  process.stdout.on("error", (error) => {
    if ("code" in error && error.code === "EPIPE") process.exit(EXIT.fine);
    stop(new Refusal(EXIT.failed, `cannot write the results: ${systemReason(error)}`));
  });
  // If no message can be shown, the exit code still tells.
  process.stderr.on("error", () => {});
  try {
    await buildProgram((code) => {
      process.exitCode = code;
    }).parseAsync(process.argv.filter((argument) => argument !== "--debug"));
  } catch (error) {
    process.exitCode = failure(error, debug);
  }
}

void main();
