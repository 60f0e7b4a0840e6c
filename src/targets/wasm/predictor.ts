// The forward pass of a small predictor for target `wasm`: one module with the arithmetic that every engine has.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { LoopProgram } from "../../ir/loops.ts";
import { constantText } from "../constants.ts";
import type { PredictorCodeText } from "../predictor.ts";
import { arrayOf } from "../programText.ts";
import { base64Lines } from "./base64.ts";
import { wordsOf } from "./calls.ts";
import { forms, memoryOf } from "./forms.ts";

/** The memory's flag for one thread. */
const UNSHARED = 1;

export async function predictorCode(program: LoopProgram): Promise<PredictorCodeText> {
  const made = await forms(program, true);
  const [form] = made.forms;
  if (form === undefined) throw new CompilerBug("no form of the module");
  const bytes = Uint8Array.from(form.bytes);
  bytes[form.sharedAt] = UNSHARED;
  const constants = program.buffers
    .filter(({ data }) => data !== undefined)
    .map((buffer) => constantText(buffer, `new ${arrayOf(buffer)}(code.memory, ${buffer.offset}, ${buffer.length})`));
  const text = [
    "function openCode() {",
    "  const code = openAlone({",
    `    bytes: ${memoryOf(made, 1)},`,
    `    callsStart: ${made.callsStart},`,
    `    words: [${made.programs.flatMap(({ rows }) => wordsOf(rows)).join(", ")}],`,
    `    base64: \`\n${base64Lines(bytes)}\`,`,
    "  });",
    ...constants.map(({ line }) => `  ${line}`),
    "  return code;",
    "}",
  ].join("\n");
  return { text, modules: ["core/wasmAlone", ...constants.flatMap(({ module }) => module ?? [])] };
}
