// `nnc graph FILE`: the network as a picture, a page, Graphviz's language, or data.

import { basename, dirname } from "node:path";
import { describeNetwork } from "../../driver/network.ts";
import { type Network, type Opening, picturesOf } from "../../graph/index.ts";
import { load } from "../../host/load.ts";
import { replaceProblem } from "../../host/replace.ts";
import { writeFile } from "../../host/write.ts";
import { EXIT, type ExitCode, Refusal, usageError } from "../exit.ts";
import { exitFor, jsonLine, result, say, settingTexts, showDiagnostics, shownPath, withoutHints } from "../output.ts";

const forms = ["svg", "html", "dot", "json"] as const;
type Form = (typeof forms)[number];

export interface GraphFlags extends Partial<Readonly<Record<Form, boolean>>> {
  readonly out?: string;
  readonly force?: boolean;
  readonly depth?: number;
  readonly columns?: number;
  readonly unfold?: boolean;
  readonly model?: string;
  readonly data?: string;
  readonly set?: ReadonlyMap<string, string>;
}

/** Returns the form that the options name, else the one that the ending of the file says. */
function formOf(flags: GraphFlags): Form {
  const named = forms.filter((form) => flags[form] === true);
  const [form] = named;
  if (named.length > 1) throw usageError(`choose one form: ${named.map((one) => `--${one}`).join(" or ")}`);
  const ended = forms.find((one) => flags.out?.endsWith(`.${one}`));
  if (form !== undefined || ended !== undefined) return form ?? (ended as Form);
  const all = forms.map((one) => `--${one}`).join(", ");
  throw usageError(`which form? Name one of ${all}, or a file with such an ending: -o picture.svg`);
}

function textOf(network: Network, form: Form, { depth, unfold, columns }: GraphFlags): string {
  if (unfold === true && depth !== undefined) throw usageError("choose one of --depth and --unfold");
  const opening: Opening = unfold === true ? "all" : depth === undefined ? {} : { depth };
  return form === "json" ? jsonLine(network) : picturesOf(network, opening, columns)[form]();
}

export async function graph(file: string, flags: GraphFlags): Promise<ExitCode> {
  const form = formOf(flags);
  const { model, set, data, out, force = false } = flags;
  const options = {
    target: "wasm",
    ...(model === undefined ? {} : { training: model }),
    ...(set === undefined ? {} : { set }),
  };
  const loaded = await load(file, (sources) => describeNetwork(sources, options), new Map(), data);
  if ("problem" in loaded) throw usageError(loaded.problem);
  const { diagnostics, result: found, texts } = loaded.ok;
  showDiagnostics(withoutHints(diagnostics), new Map([...texts, ...settingTexts(set)]));
  if (found.network === undefined) return exitFor(diagnostics);
  const text = textOf(found.network, form, flags);
  if (out === undefined) {
    result(text);
    return EXIT.fine;
  }
  const files = new Map([[basename(out), text]]);
  const refused = replaceProblem(dirname(out), files, { inputs: [...texts.keys()], force });
  if (refused !== undefined) throw usageError(refused);
  const written = writeFile(out, text);
  if ("problem" in written) throw new Refusal(EXIT.failed, written.problem);
  const open = { svg: "a browser shows it", html: "open it in a browser; a click on a block folds it" };
  say(`the network of ${found.network.model} in ${shownPath(out)}${form in open ? `: ${open[form as "svg"]}` : ""}`);
  return EXIT.fine;
}
