// The package's interface for programs: the exports of `import … from "nnc"`.

export type { Diagnostic, Severity } from "../diagnostics/diagnostic.ts";
export { type CheckedSources, checkProgram } from "./check.ts";
export { type Compiled, compile } from "./compile.ts";
export { formatProgram } from "./format.ts";
export type { LayerSummary } from "./layers.ts";
export type { CheckResult, CompileOptions, CompileResult, EmitStage, Sources } from "./options.ts";
export { type Summary, summarize } from "./summary.ts";
