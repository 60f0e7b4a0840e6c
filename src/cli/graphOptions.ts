// The command `nnc graph` with its options and help.

import { type Command, Option } from "commander";
import { named, whole } from "./arguments.ts";
import { type Done, data, examples, set, training } from "./sharedOptions.ts";

export function addGraph(program: Command, done: Done): void {
  program
    .command("graph")
    .description("draw the network: layers, shapes, weights, blocks that fold, losses")
    .argument("<file>", "a .nn file")
    .option("--svg", "a picture")
    .option("--html", "a page whose blocks fold and unfold; it needs no network")
    .option("--dot", "the language of Graphviz")
    .option("--json", "the network as data, for other tools")
    .option("-o, --out <file>", "the file to write (default: stdout); its ending may say the form", named)
    .option("--force", "replace a file that nnc did not write")
    .addOption(
      new Option("--depth <n>", "open blocks down to this depth, 0 for none").argParser(whole({ min: 0, max: 1000 })),
    )
    .addOption(
      new Option("--columns <n>", "columns of a picture (default: what a page has room for)").argParser(
        whole({ min: 1, max: 100 }),
      ),
    )
    .option("--unfold", "open all blocks, and draw each of those that are alike")
    .addOption(training())
    .addOption(data())
    .addOption(set())
    .addHelpText(
      "after",
      examples(
        "nnc graph models/mnist.nn -o mnist.svg",
        "nnc graph models/char-gpt.nn --html -o gpt.html",
        "nnc graph models/resnet.nn --depth 1 --dot | dot -Tpdf -o resnet.pdf",
      ),
    )
    .action(async (file, options) => done(await (await import("./commands/graph.ts")).graph(file, options)));
}
