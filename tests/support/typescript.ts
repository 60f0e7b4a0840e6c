// The TypeScript compiler on programs that tests make. Each test file reads the common
// parts once: the library's own types and those of Node.

import ts from "typescript";

const shared = new Map<string, ts.SourceFile | undefined>();

/** What the compiler finds in `paths` under these options. `texts` stand for files that are not there. */
export function problemsOf(
  paths: readonly string[],
  options: ts.CompilerOptions,
  texts: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = texts.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, version);
    if (!path.includes("node_modules")) return getSourceFile(path, version, ...rest);
    if (!shared.has(path)) shared.set(path, getSourceFile(path, version, ...rest));
    return shared.get(path);
  };
  const program = ts.createProgram([...paths], options, host);
  return ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"));
}
