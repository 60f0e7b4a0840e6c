// Runs before the command and in its threads, where scripts/keptCode.mjs keeps their code: writes V8's code of the bundles that run.
// NNC_KEPT_CODE: where, by the name of the bundle.

const { renameSync, writeFileSync } = require("node:fs");
const { basename } = require("node:path");
const vm = require("node:vm");
const { isMainThread } = require("node:worker_threads");

const places = JSON.parse(process.env.NNC_KEPT_CODE);

vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    const place = places[basename(options.filename)];
    if (place === undefined) return;
    const write = () => {
      // Nobody reads half a file.
      writeFileSync(`${place}.part`, this.createCachedData());
      renameSync(`${place}.part`, place);
    };
    // A thread ends without a word.
    if (isMainThread) process.once("exit", write);
    else setInterval(write, 500);
  }
};
