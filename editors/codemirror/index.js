// The language of .nn files for CodeMirror 6. The colours need nothing else; mistakes, completion and hover come from nnc's own
// checker, which the page passes in.

import { autocompletion } from "@codemirror/autocomplete";
import { foldService, indentUnit, LanguageSupport, StreamLanguage } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { hoverTooltip } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { contextual, name, patterns, reserved } from "./words.js";

const openers = /[([{]/;
const closers = /[)\]}]/;

/** Words before the name of a declaration. */
const declaring = ["model", "block", "dataset", "train", "on"];

/** What a name is, by what surrounds it on its line. `state.owner` is the word of the language before it. */
function ofName(stream, word, state) {
  const { owner } = state;
  state.owner = owner === "train" ? "trained" : undefined;
  if (reserved.has(word)) return reserved.get(word);
  const [before, after] = [stream.string.slice(0, stream.start), stream.string.slice(stream.pos)];
  if (contextual.has(word) && /^\s+[\w"`]/.test(after) && (/(?:^|\{)\s*$/.test(before) || owner === "trained")) {
    state.owner = word;
    return contextual.get(word);
  }
  if (declaring.includes(owner)) return "typeName";
  if (/^\s*:/.test(after) && state.depth > 0) return "propertyName";
  if (!after.startsWith("(")) return "variableName";
  return /^[A-Z]/.test(word) ? "className" : "functionName";
}

/** A parser of single lines; nothing of the language spans lines but brackets. */
const parser = {
  name: "nn",
  startState: () => ({ depth: 0, owner: undefined }),
  copyState: (state) => ({ ...state }),
  token(stream, state) {
    if (stream.sol()) state.owner = undefined;
    if (stream.eatSpace()) return null;
    const word = stream.match(name);
    if (word) return ofName(stream, word[0], state);
    for (const [pattern, tag] of patterns) {
      const found = stream.match(pattern);
      if (!found) continue;
      if (openers.test(found[0])) state.depth++;
      else if (closers.test(found[0])) state.depth = Math.max(0, state.depth - 1);
      state.owner = undefined;
      return tag;
    }
    stream.next();
    return "invalid";
  },
  indent(state, textAfter, { unit }) {
    const closing = closers.test(textAfter.trimStart()[0] ?? "") ? 1 : 0;
    return Math.max(0, state.depth - closing) * unit;
  },
  languageData: {
    commentTokens: { line: "//" },
    closeBrackets: { brackets: ["(", "[", "{", '"', "`"] },
    indentOnInput: /^\s*[)\]}]$/,
  },
  // All other names are tags of Lezer's own.
  tokenTable: { functionName: tags.function(tags.variableName) },
};

export const nnLanguage = StreamLanguage.define(parser);

/** Folds what a line's last bracket opens, up to the line that closes it. */
const folding = foldService.of((state, from, to) => {
  const line = state.doc.sliceString(from, to);
  if (!/[([{]\s*(?:\/\/.*)?$/.test(line)) return null;
  const width = /^\s*/.exec(line)[0].length;
  for (let at = state.doc.lineAt(to).number + 1; at <= state.doc.lines; at++) {
    const next = state.doc.line(at);
    if (next.text.trim() === "" || /^\s*/.exec(next.text)[0].length > width) continue;
    return closers.test(next.text.trimStart()[0] ?? "") ? { from: to, to: next.from + width } : null;
  }
  return null;
});

/** Colours, indentation, folding and comments of .nn files. */
export const nn = () => new LanguageSupport(nnLanguage, [folding, indentUnit.of("  ")]);

/** Checks a text once, however many ask about it. */
function programOf({ ide, file = "main.nn", texts = () => new Map() }) {
  let last;
  return {
    file,
    of(doc) {
      const text = doc.toString();
      if (last?.text !== text)
        last = { text, snapshot: ide.openProgram({ entry: file, texts: new Map([...texts(), [file, text]]) }) };
      return last.snapshot;
    },
  };
}

const severities = { error: "error", warning: "warning", hint: "info" };

function problemsIn(ide, program) {
  return (view) =>
    ide.diagnostics(program.of(view.state.doc), program.file).map(({ diagnostic, unused }) => ({
      from: diagnostic.span.start,
      to: diagnostic.span.end,
      severity: severities[diagnostic.severity],
      source: `nnc ${diagnostic.code}`,
      message: diagnostic.message,
      ...(unused ? { markClass: "cm-nn-unused" } : {}),
      actions: diagnostic.fixes
        // A page has this one text.
        .filter(({ edits }) => edits.every(({ span }) => span.file === program.file))
        .map(({ title, edits }) => ({
          name: title,
          apply: (target) =>
            target.dispatch({
              changes: edits.map(({ span, text }) => ({ from: span.start, to: span.end, insert: text })),
            }),
        })),
    }));
}

const kinds = {
  layer: "class",
  block: "class",
  definition: "class",
  option: "property",
  choice: "enum",
  word: "keyword",
};

function offersIn(ide, program) {
  return ({ state, pos, explicit }) => {
    const word = /[A-Za-z_]\w*$/.exec(state.doc.lineAt(pos).text.slice(0, pos - state.doc.lineAt(pos).from));
    if (!explicit && word === null) return null;
    const found = ide.completions(program.of(state.doc), program.file, pos);
    const options = found.map(({ label, insert, kind, detail, doc, fits }) => ({
      label,
      apply: insert,
      detail,
      info: doc || undefined,
      type: kinds[kind] ?? (kind === "function" ? "function" : "variable"),
      boost: fits ? 50 : 0,
    }));
    return options.length === 0 ? null : { from: pos - (word?.[0].length ?? 0), options, validFor: /^\w*$/ };
  };
}

const optionText = ({ name: option, type, default: value, doc }) => `${option}: ${type} = ${value}  ${doc}`;
const partText = (part) => (part.kind === "options" ? part.options.map(optionText).join("\n") : part.text);

function tipsIn(ide, program) {
  return (view, pos) => {
    const found = ide.hover(program.of(view.state.doc), program.file, pos);
    if (found === undefined) return null;
    const { start, end } = found.span;
    const dom = document.createElement("div");
    dom.className = "cm-nn-hover";
    dom.style.whiteSpace = "pre-wrap";
    dom.textContent = found.parts.map(partText).join("\n\n");
    return { pos: start, end, create: () => ({ dom }) };
  };
}

/**
 * Mistakes with fixes, completion and hover by nnc in the page. `ide` is the module `nnc/ide`; `file` the name of the text, and
 * `texts` gives the files that it may import, by name.
 */
export function nnChecker(options) {
  const program = programOf(options);
  return [
    linter(problemsIn(options.ide, program), { delay: options.delay ?? 250 }),
    autocompletion({ override: [offersIn(options.ide, program)] }),
    hoverTooltip(tipsIn(options.ide, program)),
  ];
}
