// The commands of `nnc` with their options and help. Each command has its own file, which loads when someone calls it.

import { Command, Option } from "commander";
import { ranges } from "../base/ranges.ts";
import { formatNames } from "../driver/options.ts";
import { lines, named, seconds, whole } from "./arguments.ts";
import { addGraph } from "./graphOptions.ts";
import { say } from "./output.ts";
import {
  batch,
  type Done,
  data,
  epochs,
  examples,
  memory,
  noWinograd,
  seed,
  set,
  strictMath,
  target,
  threads,
  training,
} from "./sharedOptions.ts";
import { version } from "./version.ts";

const stages = ["ast", "model", "ops", "prims", "loops", "wat"];

const exitCodes = `
Exit codes: 0 fine, 1 the program has errors, 2 wrong usage (an unreadable file too), 3 failed while running,
130 interrupted (143 by SIGTERM, 129 by SIGHUP).`;

function addCheck(program: Command, done: Done): void {
  program
    .command("check")
    .description("check programs without running anything")
    .argument("<file...>", ".nn files")
    .option("--hints", "show hints too")
    .option("--json", "print one JSON array of diagnostics on stdout")
    .option("--sarif", "print SARIF 2.1.0 on stdout, for code scanning")
    .option("--watch", "check again whenever a file of the programs changes, until Ctrl-C")
    .addOption(data())
    .addOption(set())
    .addHelpText(
      "after",
      examples(
        "nnc check models/mnist.nn",
        "nnc check --hints --json models/*.nn",
        "nnc check --sarif models/*.nn > nnc.sarif",
        "nnc check --watch models/mnist.nn",
      ),
    )
    .action(async (files, options) => done(await (await import("./commands/check.ts")).check(files, options)));
}

function addCompile(program: Command, done: Done): void {
  program
    .command("compile")
    .description("compile a program to a folder with train.ts and train.js")
    .argument("<file>", "a .nn file")
    .option("-o, --out <dir>", "the folder to write (default: codegen-out/<name of the file>)", named)
    .option("--force", "replace files that nnc did not write")
    .addOption(target())
    .addOption(strictMath())
    .addOption(noWinograd())
    .option("--predict", "write the forward pass alone, with trained weights, for a page or a server")
    .option("--weights <file>", "with --predict: the weights, from nnc train --save, if the model has any", named)
    .option("--weights-beside", "with --predict: write the weights as a file of their own, weights.bin")
    .option("--half", "with --predict: keep each weight in 16 bits, which rounds them")
    .addOption(new Option("--emit <stage>", "print a stage of the compiler instead").choices(stages))
    .addOption(training())
    .addOption(batch())
    .addOption(epochs())
    .addOption(seed())
    .addOption(data())
    .addOption(set())
    .addHelpText(
      "after",
      examples(
        "nnc compile models/mnist.nn",
        "nnc compile models/mnist.nn -o out --batch 128",
        "nnc compile models/mnist.nn --emit loops",
        "nnc compile models/mnist.nn --predict --weights mnist.safetensors -o page",
      ),
    )
    .action(async (file, options) => done(await (await import("./commands/compile.ts")).compileCommand(file, options)));
}

/** Adds the budgets of a training, and what looks into one in place of it. */
const addLooks = (command: Command): Command =>
  command
    .addOption(
      new Option("--max-steps <n>", "end after so many steps in all, as after the last epoch").argParser(
        whole(ranges.maxSteps),
      ),
    )
    .addOption(
      new Option("--max-seconds <s>", "end after so many seconds of training, as after the last epoch").argParser(
        seconds,
      ),
    )
    .addOption(
      new Option("--folds <k>", "train k times and test each time on another part: means and deviations").argParser(
        whole(ranges.folds),
      ),
    )
    .option("--receipt <file>", "write hashes of program, data and weights, which nnc verify confirms", named)
    .option("--overfit-one-batch", "train on one batch only, and say whether the model learns it by heart")
    .option("--find-rate", "try learning rates from small to large, and name one")
    .option("--profile", "show where the time of a step goes: by layer, forward and backward, and waiting for data");

function addTrain(program: Command, done: Done): void {
  addLooks(program.command("train"))
    .description("compile a program and train its model")
    .argument("<file>", "a .nn file")
    .addOption(target())
    .addOption(threads())
    .addOption(strictMath())
    .addOption(noWinograd())
    .option("--no-revectorize", "leave V8's experimental 256-bit vectors alone (used from Node 24 on, after a check)")
    .addOption(
      new Option("--backend <name>", "the backend of TensorFlow.js, with --target tfjs").choices([
        "tensorflow",
        "cpu",
        "wasm",
      ]),
    )
    .addOption(data())
    .addOption(training())
    .addOption(epochs())
    .addOption(batch())
    .addOption(new Option("--limit <n>", "train on that many examples only").argParser(whole(ranges.limit)))
    .addOption(seed())
    .addOption(set())
    .addOption(memory())
    .option("--save <file>", "save the weights as safetensors", named)
    .option("--force", "let --save replace a file that nnc did not write, --checkpoint a state and --log a log")
    .option("--checkpoint <dir>", "keep the state of the training in a folder, to go on from it", named)
    .addOption(
      new Option("--checkpoint-every <seconds>", "seconds between two states within an epoch (default: 60)").argParser(
        Number,
      ),
    )
    .option("--log <dir>", "write the history to a folder: history.jsonl, history.csv and run.json", named)
    .option("--tensorboard <dir>", "write the history as events that TensorBoard shows", named)
    .option("--report <file>", "write one page of HTML about the training: curves, mistakes, network", named)
    .option("--live", "serve that page to this machine while the training runs; prints its address")
    .option("--resume", "go on from the state in --checkpoint, to the same bits; begin if there is none")
    .option("--json", "print one JSON object per line instead of text")
    .addHelpText(
      "after",
      examples(
        "nnc train models/digits.nn",
        "nnc train models/mnist.nn --data ~/data --epochs 1 --save mnist.safetensors",
        "nnc train models/mnist.nn --limit 5000 --json",
        "nnc train models/mnist.nn --live --report mnist.html",
      ),
    )
    .action(async (file, options) => done(await (await import("./commands/train.ts")).train(file, options)));
}

function addVerify(program: Command, done: Done): void {
  program
    .command("verify")
    .description("train again as a receipt says, and confirm that the same weights come out")
    .argument("<receipt>", "the file that nnc train --receipt wrote")
    .addOption(threads())
    .addOption(data())
    .addHelpText("after", examples("nnc train models/iris.nn --receipt iris.json", "nnc verify iris.json"))
    .action(async (file, options) => done(await (await import("./commands/verify.ts")).verify(file, options)));
}

function addEvaluate(program: Command, done: Done): void {
  program
    .command("evaluate")
    .description("evaluate trained weights on the examples to test with")
    .argument("<file>", "a .nn file")
    .addOption(
      new Option("--weights <file>", "the weights, from nnc train --save").argParser(named).makeOptionMandatory(),
    )
    .addOption(target())
    .addOption(threads())
    .addOption(data())
    .addOption(memory())
    .addOption(training())
    .addOption(batch())
    .addOption(seed())
    .addOption(set())
    .option("--json", "print one JSON object per line instead of text")
    .addHelpText("after", examples("nnc evaluate models/iris.nn --weights iris.safetensors --data ~/data"))
    .action(async (file, options) =>
      done(await (await import("./commands/evaluate.ts")).evaluateCommand(file, options)),
    );
}

function addPredict(program: Command, done: Done): void {
  program
    .command("predict")
    .description("predict for rows of data with trained weights")
    .argument("<file>", "a .nn file")
    .option("--weights <file>", "the weights, from nnc train --save; a model without weights needs none", named)
    .option("--input <file>", "the table, text, picture or folder to predict for (default: the program's own)", named)
    .option("-o, --out <file>", "the file to write (default: stdout)", named)
    .addOption(
      new Option("--format <name>", "how to write (default: by the name of --out, else csv)").choices([
        "csv",
        "jsonl",
        "safetensors",
      ]),
    )
    .option("--force", "let --out replace a file")
    .option("--outputs <names>", "write only these outputs of the model, NAME,NAME (default: all)", named)
    .option("--prompt <text>", "go on with this text, instead of rows; the model is one of language")
    .option(
      "--length <n>",
      "with --prompt: how many characters to write, or tokens of a model of tokens (default: 200)",
    )
    .option("--temperature <t>", "with --prompt: 1 draws as the model says, 0 takes the likeliest (default: 1)")
    .option("--top-k <k>", "with --prompt: draw from the k likeliest characters (default: all)")
    .addOption(seed())
    .addOption(target())
    .addOption(data())
    .addOption(training())
    .addOption(batch())
    .addOption(set())
    .addHelpText(
      "after",
      examples(
        'nnc predict models/char-gpt.nn --weights gpt.safetensors --prompt "ROMEO:" --temperature 0.8',
        "nnc predict models/iris.nn --weights iris.safetensors --input new.csv",
        "nnc predict models/iris.nn --weights iris.safetensors --data ~/data --out kinds.jsonl",
      ),
    )
    .action(async (file, options) => done(await (await import("./commands/predict.ts")).predictCommand(file, options)));
}

function addExport(program: Command, done: Done): void {
  program
    .command("export")
    .description("write a trained model for another program to open: tfjs, a graph model of TensorFlow.js")
    .argument("<file>", "a .nn file")
    .addOption(new Option("--format <name>", "the format to write").choices(formatNames).makeOptionMandatory())
    .option("--weights <file>", "the trained weights, from nnc train --save", named)
    .option("-o, --out <dir>", "the folder to write (default: codegen-out/<name of the file>-<format>)", named)
    .option("--force", "replace files that nnc did not write")
    .addOption(training())
    .addOption(data())
    .addOption(set())
    .addHelpText(
      "after",
      examples(
        "nnc train models/digits.nn --save digits.safetensors",
        "nnc export models/digits.nn --format tfjs --weights digits.safetensors -o digits",
      ),
    )
    .action(async (file, options) => done(await (await import("./commands/export.ts")).exportCommand(file, options)));
}

function addReport(program: Command, done: Done): void {
  program
    .command("report")
    .description("write the log of a training as one page of HTML: curves, mistakes, network, configuration")
    .argument("<dir>", "a folder that nnc train --log wrote")
    .option("-o, --out <file>", "the page to write (default: report.html in that folder)", named)
    .option("--force", "replace a file that nnc did not write")
    .addHelpText(
      "after",
      examples(
        "nnc train models/mnist.nn --log runs/mnist",
        "nnc report runs/mnist",
        "nnc report runs/mnist -o m.html",
      ),
    )
    .action(async (dir, options) => done(await (await import("./commands/report.ts")).reportCommand(dir, options)));
}

function addRuns(program: Command, done: Done): void {
  program
    .command("runs")
    .description("list the logs of trainings as a table: when, how long, and the results")
    .argument("<dir...>", "logs of nnc train --log, or folders that hold them")
    .option("--json", "print one JSON array")
    .addHelpText("after", examples("nnc train models/digits.nn --log runs/first", "nnc runs runs"))
    .action(async (dirs, options) => done(await (await import("./commands/runs.ts")).runsCommand(dirs, options)));
}

function addCompare(program: Command, done: Done): void {
  program
    .command("compare")
    .description("set runs side by side: their results, and the settings in which they differ")
    .argument("<dir...>", "logs of nnc train --log")
    .option("-o, --out <file>", "also write a page of HTML with their curves", named)
    .option("--force", "replace a file that nnc did not write")
    .addHelpText(
      "after",
      examples("nnc compare runs/first runs/second", "nnc compare runs/first runs/second -o both.html"),
    )
    .action(async (dirs, options) => done(await (await import("./commands/compare.ts")).compareCommand(dirs, options)));
}

function addSummary(program: Command, done: Done): void {
  program
    .command("summary")
    .description("show layers with shapes, parameters, FLOPs and bytes, and the peak memory, without running")
    .argument("<file>", "a .nn file")
    .addOption(target())
    .addOption(threads())
    .addOption(strictMath())
    .addOption(noWinograd())
    .addOption(training())
    .addOption(batch())
    .addOption(data())
    .addOption(set())
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("nnc summary models/mnist.nn", "nnc summary models/resnet20.nn --set classes=100"))
    .action(async (file, options) => done(await (await import("./commands/summary.ts")).summary(file, options)));
}

function addExplainPlan(program: Command, done: Done): void {
  program
    .command("explain-plan")
    .description("show the kernels of a program: their arithmetic, the bytes they move, and the ratio of the two")
    .argument("<file>", "a .nn file")
    .addOption(target())
    .addOption(strictMath())
    .addOption(noWinograd())
    .addOption(training())
    .addOption(batch())
    .addOption(data())
    .addOption(set())
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      examples("nnc explain-plan models/mnist.nn", "nnc explain-plan models/mnist.nn --no-winograd"),
    )
    .action(async (file, options) =>
      done(await (await import("./commands/explainPlan.ts")).explainPlanCommand(file, options)),
    );
}

function addExplain(program: Command, done: Done): void {
  program
    .command("explain")
    .description("explain a diagnostic: its cause, a wrong and a right example, why it matters")
    .argument("[code]", "a code such as NN102; without one, nnc lists all codes")
    .addHelpText("after", examples("nnc explain NN102", "nnc explain"))
    .action(async (code) => done(await (await import("./commands/explain.ts")).explain(code)));
}

function addWhy(program: Command, done: Done): void {
  program
    .command("why")
    .description("show why a value has its shape: the way from the input of its model down to a place")
    .argument("<place>", "FILE:LINE:COLUMN, or FILE:LINE for the first word of the line")
    .addHelpText("after", examples("nnc why models/mnist.nn:15:3", "nnc why models/unet.nn:20"))
    .action(async (place) => done(await (await import("./commands/why.ts")).whyCommand(place)));
}

function addInit(program: Command, done: Done): void {
  program
    .command("init")
    .description("write a first program for a table, for pictures in folders, or for a text")
    .argument(
      "<data>",
      "a .csv, .tsv or .jsonl file, a folder or .zip of pictures with a folder for each class, or a .txt file",
    )
    .option("-o, --out <file>", "the program to write (default: <name of the data>.nn, here)", named)
    .option(
      "--target <column>",
      "the column of a table to predict (default: one called target, label or so; else the last one)",
    )
    .addHelpText(
      "after",
      examples("nnc init houses.csv --target price", "nnc init animals.zip", "nnc init plays.txt -o plays.nn"),
    )
    .action(async (path, options) => done(await (await import("./commands/init.ts")).init(path, options)));
}

function addData(program: Command, done: Done): void {
  const command = program.command("data").description("look at the data of a program");
  command
    .command("check")
    .description("show what is in the data, and find what spoils a training: leaks, repeats, gaps, rare classes")
    .argument("<file>", "a .nn file")
    .option("--dataset <name>", "the data set, if a file has several (default: that of the first training)", named)
    .addOption(data())
    .addOption(seed())
    .addOption(set())
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `${examples("nnc data check houses.nn", "nnc data check models/iris.nn --data ~/data --json")}
Exit codes: 0 nothing is wrong (warnings and notes do not change it), 1 the data has errors, or the data set of the
program has; 2 wrong usage, 3 the data cannot be read.`,
    )
    .action(async (file, options) => done(await (await import("./commands/data.ts")).dataCheck(file, options)));
}

function addFmt(program: Command, done: Done): void {
  program
    .command("fmt")
    .description("format programs in place, in the one style")
    .argument("<file...>", ".nn files")
    .option("--check", "change nothing; list the files that would change and exit with 1 if there are any")
    .addOption(
      new Option("--lines <first:last>", "format only these lines of one file, counted from 1").argParser(lines),
    )
    .addHelpText(
      "after",
      examples("nnc fmt models/*.nn", "nnc fmt --check models/*.nn", "nnc fmt --lines 10:20 models/mnist.nn"),
    )
    .action(async (files, options) => done(await (await import("./commands/fmt.ts")).fmt(files, options)));
}

function addLsp(program: Command, done: Done): void {
  program
    .command("lsp")
    .description("serve editors over stdin and stdout (Language Server Protocol)")
    .option("--stdio", "no effect: editors pass it, and nnc always uses stdio")
    .option("--clientProcessId <pid>", "no effect: VS Code passes it, and nnc ends with its input")
    .addHelpText("after", examples("nnc lsp --stdio"))
    .action(async () => done(await (await import("./commands/lsp.ts")).lsp()));
}

const commands = [
  addInit,
  addData,
  addCheck,
  addCompile,
  addTrain,
  addVerify,
  addEvaluate,
  addPredict,
  addExport,
  addReport,
  addRuns,
  addCompare,
  addSummary,
  addGraph,
  addExplainPlan,
  addExplain,
  addWhy,
  addFmt,
  addLsp,
];

/** Returns the commands; each passes `done` the exit code of the process. */
export function buildProgram(done: Done): Command {
  const program = new Command("nnc");
  program
    .description("Compiles neural networks: a .nn file becomes a standalone TypeScript program that trains it.")
    .version(`nnc ${version()}`, "-V, --version", "show the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .option("--debug", "show where in nnc a failure arose; works with every command")
    .showHelpAfterError("(nnc --help lists commands and options)")
    .exitOverride()
    .configureOutput({ outputError: (text) => say(text.trimEnd()) })
    .addHelpText(
      "after",
      examples(
        "nnc train models/digits.nn",
        "nnc check models/*.nn",
        "nnc compile models/mnist.nn -o out",
        "nnc explain NN102",
      ) + exitCodes,
    );
  for (const add of commands) add(program, done);
  return program;
}
