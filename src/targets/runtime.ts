// The runtime as text for trainers: the modules that a trainer needs, each after those it imports. It does not know what the
// modules do.

import { runtimeModules } from "./runtime.generated.ts";

/**
 * The modules a trainer with this source needs: the Node command line, the functions for programs, the source itself and
 * the encoders of its columns. Undefined if the runtime lacks one. `core/sources/NAME` exports `loadSource`, `core/encoders/NAME`
 * exports `NAMEEncoder`.
 */
export function runtimeRoots(source: string, encoders: readonly string[] = []): readonly string[] | undefined {
  const own = [`core/sources/${source}`, ...encoders.map((name) => `core/encoders/${name}`)];
  return own.every((module) => Object.hasOwn(runtimeModules, module))
    ? ["core/program", ...own, "core/api", "node/start"]
    : undefined;
}

/**
 * The text of these modules (`core/loop`) and of all that they import, without imports, each after the modules it
 * uses; as TypeScript, or with `js` without types. Throws for a name that is no module: roots come from the compiler, never
 * from a program.
 */
export const runtimeText = (roots: readonly string[], language: "text" | "js" = "text"): string =>
  textOf(roots, language, "imports");

/**
 * The same as JavaScript, without exports, and without what `own` does not reach by its names: declarations that nothing calls, and
 * modules whose types alone others use.
 */
export function runtimeScript(roots: readonly string[], own: string): string {
  const text = textOf(roots, "js", "calls").replace(/^export /gm, "");
  // Every declaration of the runtime begins at the start of a line.
  const parts = text.split(/^(?=(?:async )?(?:const|let|function|class) \w+|\/\*\*|\/\/ )/m).filter(isCode);
  const declared = new Map(parts.map((part) => [/(?:const|let|function|class) (\w+)/.exec(part)?.[1] ?? "", part]));
  const reached = new Set<string>();
  const reach = (code: string): void => {
    for (const [name] of code.matchAll(/\b\w+\b/g)) {
      const part = declared.get(name);
      if (part === undefined || reached.has(name)) continue;
      reached.add(name);
      reach(part);
    }
  };
  reach(own);
  return [...declared].flatMap(([name, part]) => (reached.has(name) ? [narrow(part.trimEnd())] : [])).join("\n\n");
}

/**
 * Indents by two spaces, as the compiler itself does, where TypeScript prints four, and leaves out lines of comments. A text over several
 * lines stays as it is.
 */
const narrow = (part: string): string =>
  /`[^`]*\n[^`]*`/.test(part)
    ? part
    : part.replace(/^ *\/\/.*\n/gm, "").replace(/^ +/gm, (spaces) => spaces.slice(spaces.length / 2));

/** Whether a part of a text is more than a comment. */
const isCode = (part: string): boolean => !/^\/[*/]/.test(part);

function textOf(roots: readonly string[], language: "text" | "js", needs: "imports" | "calls"): string {
  const texts = new Map<string, string>();
  const visit = (key: string): void => {
    if (texts.has(key)) return;
    const module = Object.hasOwn(runtimeModules, key) ? runtimeModules[key] : undefined;
    if (module === undefined) throw new Error(`there is no runtime module ${key}`);
    // Entered before its imports, so that a cycle of types ends.
    texts.set(key, "");
    for (const name of module[needs]) visit(name);
    texts.delete(key);
    texts.set(key, module[language]);
  };
  for (const root of roots) visit(root);
  return [...texts.values()].filter((text) => text !== "").join("\n\n");
}
