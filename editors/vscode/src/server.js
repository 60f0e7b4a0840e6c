// The language server: starts, stops, says how it is.

import { commands, LanguageStatusSeverity, languages, window } from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";
import { processOf } from "./program.js";

/** The documents that nnc knows. */
export const selector = [
  { scheme: "file", language: "nn" },
  { scheme: "untitled", language: "nn" },
];

/** The server as a plain process: as a module, it would get arguments that only servers of VS Code know. */
function serverOf(program) {
  const { command, args, env, shell } = processOf(program, ["lsp"]);
  return { command, args, options: { shell, env: { ...process.env, ...env } } };
}

const states = new Map([
  [State.Starting, "starts"],
  [State.Running, "runs"],
  [State.Stopped, "has stopped"],
]);

/** The commands that the server may offer above a line. */
const ownCommands = ["nnc.train"];

/** `choose` says which nnc to start. */
export function serverWith(choose) {
  const status = languages.createLanguageStatusItem("nnc.server", selector);
  status.name = "nnc";
  let client;
  /** Starts and stops, one after the other. */
  let queue = Promise.resolve();

  function show(state, program, problem) {
    status.busy = state === State.Starting;
    status.text = `nnc ${states.get(state)}`;
    status.detail = problem ?? `from ${program.from}`;
    status.severity = state === State.Stopped ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    status.command = { command: "nnc.restart", title: "Restart", tooltip: program.path };
  }

  async function start() {
    const program = choose();
    const next = new LanguageClient("nnc", "nnc", serverOf(program), {
      documentSelector: selector,
      initializationOptions: { commands: ownCommands },
    });
    next.onDidChangeState(({ newState }) => show(newState, program));
    show(State.Starting, program);
    try {
      await next.start();
      client = next;
    } catch (error) {
      show(State.Stopped, program, error.message);
      const answer = await window.showErrorMessage(
        `nnc did not start: ${error.message} (${program.path}, from ${program.from}). The setting nnc.path names another one.`,
        "Open the setting",
      );
      if (answer !== undefined) await commands.executeCommand("workbench.action.openSettings", "nnc.path");
    }
  }

  async function stop() {
    const running = client;
    client = undefined;
    await running?.stop();
  }

  const inTurn = (run) => {
    queue = queue.then(run, run);
    return queue;
  };
  return {
    status,
    start: () => inTurn(start),
    stop: () => inTurn(stop),
    restart: () => inTurn(stop).then(() => inTurn(start)),
    /** Asks the server to carry out one of its commands; undefined, and a message, where there is none. */
    async command(name, args) {
      const known = client?.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
      if (known.includes(name))
        return client.sendRequest("workspace/executeCommand", { command: name, arguments: args });
      const reason = client === undefined ? "nnc does not run" : `this nnc is too old: it has no ${name}`;
      window.showErrorMessage(`${reason}. See the status beside the language, at the right end of the bottom line.`);
      return undefined;
    },
  };
}
