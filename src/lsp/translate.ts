// Turns ide's plain answers into the protocol's types. Decides on their looks in an editor, and nothing else.

import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type DocumentSymbol,
  InlayHintKind,
  type MarkupContent,
  MarkupKind,
  type SignatureHelp,
  SymbolKind,
  type TextEdit,
  type Hover as ToHover,
  type InlayHint as ToInlayHint,
  type WorkspaceEdit,
} from "vscode-languageserver/node.js";
import type { Edit, Severity } from "../diagnostics/diagnostic.ts";
import type { Completion, Hover, HoverPart, InlayHint, Outline, Problem, QuickFix, Signature } from "../ide/index.ts";
import type { Places } from "./places.ts";

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
} satisfies Record<Severity, DiagnosticSeverity>;

/** Returns the message and its help as lines; related places, then the way of the shape, as related information. */
export function toDiagnostic({ diagnostic, unused }: Problem, places: Places): Diagnostic {
  const { message, label, help, related, trace, fixes } = diagnostic;
  const lines = [message, ...(label === "" ? [] : [label]), ...help.map((line) => `help: ${line}`)];
  const steps = trace.map(({ span, text, shape }) => ({ span, message: `${text} → ${shape}` }));
  const around = [...related, ...steps].map(({ span, message: words }) => ({
    location: places.location(span),
    message: words,
  }));
  return {
    range: places.range(diagnostic.span),
    severity: severities[diagnostic.severity],
    code: diagnostic.code,
    source: "nnc",
    message: lines.join("\n"),
    ...(unused ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(around.length === 0 ? {} : { relatedInformation: around }),
    ...(fixes.length === 0 ? {} : { data: { fixes: fixes.map(({ title, sure }) => ({ title, sure })) } }),
  };
}

/** The most diagnostics of one file: an editor draws each of them. */
const mostShown = 1_000;

/** Returns as many as an editor can draw, each once; two programs may report the same at one place. */
export function distinct(diagnostics: Iterable<Diagnostic>): readonly Diagnostic[] {
  const all = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    if (all.size === mostShown) break;
    const { code, message, range } = diagnostic;
    const key = JSON.stringify([code, message, range]);
    if (!all.has(key)) all.set(key, diagnostic);
  }
  return [...all.values()];
}

export function toWorkspaceEdit(
  edits: readonly Edit[],
  places: Places,
  versions: { readonly supported: boolean; of(uri: string): number | null },
): WorkspaceEdit {
  const changes = new Map<string, TextEdit[]>();
  for (const { span, text } of edits) {
    const { uri, range } = places.location(span);
    const known = changes.get(uri);
    if (known === undefined) changes.set(uri, [{ range, newText: text }]);
    else known.push({ range, newText: text });
  }
  if (!versions.supported) return { changes: Object.fromEntries(changes) };
  return {
    documentChanges: [...changes].map(([uri, own]) => ({
      textDocument: { uri, version: versions.of(uri) },
      edits: own,
    })),
  };
}

export function toQuickFix({ title, sure, diagnostic }: QuickFix, edit: WorkspaceEdit, places: Places): CodeAction {
  const repaired = toDiagnostic({ diagnostic, unused: false }, places);
  return { title, kind: CodeActionKind.QuickFix, isPreferred: sure, diagnostics: [repaired], edit };
}

/** Returns Markdown if the editor reads it, otherwise the same as plain text. */
export function toHover(hover: Hover, places: Places, markdown: boolean): ToHover {
  const text = hover.parts.map(markdown ? markdownOf : plainOf).join("\n\n");
  const contents: MarkupContent = { kind: markdown ? MarkupKind.Markdown : MarkupKind.PlainText, value: text };
  return { contents, range: places.range(hover.span) };
}

function markdownOf(part: HoverPart): string {
  switch (part.kind) {
    case "title":
      return `**${part.text}**`;
    case "code": {
      // The fence is longer than any row of back quotes inside.
      const fence = "`".repeat(Math.max(3, ...[...part.text.matchAll(/`+/g)].map(([row]) => row.length + 1)));
      return `${fence}nn\n${part.text}\n${fence}`;
    }
    case "text":
      return part.text;
    case "options":
      return part.options.map((o) => `- \`${o.name}\`: ${o.type}, ${defaultOf(o.default, "`")}. ${o.doc}`).join("\n");
    case "source":
      return part.text.replace(/https:\/\/[^\s;]+/g, (url) => `<${url}>`);
  }
}

function plainOf(part: HoverPart): string {
  if (part.kind !== "options") return part.text;
  return part.options.map((o) => `  ${o.name}: ${o.type}, ${defaultOf(o.default, "")}. ${o.doc}`).join("\n");
}

const defaultOf = (text: string, quote: string): string =>
  text === "required" ? "required" : `default ${quote}${text}${quote}`;

export const toInlayHint = ({ offset, label }: InlayHint, file: string, places: Places): ToInlayHint => ({
  position: places.range({ file, start: offset, end: offset }).start,
  label,
  kind: InlayHintKind.Type,
  paddingLeft: true,
});

export const toTextEdit = ({ span, text }: Edit, places: Places): TextEdit => ({
  range: places.range(span),
  newText: text,
});

export const symbolKinds = {
  constant: SymbolKind.Constant,
  dataset: SymbolKind.Struct,
  block: SymbolKind.Function,
  model: SymbolKind.Class,
  train: SymbolKind.Event,
  value: SymbolKind.Variable,
  layer: SymbolKind.Object,
  weight: SymbolKind.Variable,
  field: SymbolKind.Field,
} satisfies Record<Outline["kind"], SymbolKind>;

export const toSymbol = (outline: Outline, places: Places): DocumentSymbol => ({
  name: outline.name,
  detail: outline.detail,
  kind: symbolKinds[outline.kind],
  range: places.range(outline.span),
  selectionRange: places.range(outline.nameSpan),
  children: outline.children.map((child) => toSymbol(child, places)),
});

const completionKinds = {
  layer: CompletionItemKind.Class,
  block: CompletionItemKind.Class,
  function: CompletionItemKind.Function,
  option: CompletionItemKind.Property,
  choice: CompletionItemKind.EnumMember,
  name: CompletionItemKind.Variable,
  definition: CompletionItemKind.Function,
  word: CompletionItemKind.Keyword,
} satisfies Record<Completion["kind"], CompletionItemKind>;

export const toCompletion = ({ label, kind, insert, detail, doc, fits }: Completion): CompletionItem => ({
  label,
  // Editors sort by letters, and names without a rank of their own by their label.
  ...(kind === "layer" || kind === "function" ? { sortText: `${fits === true ? "1" : "2"}${label}` } : {}),
  ...(kind === "name" || kind === "block" ? { sortText: `0${label}` } : {}),
  kind: completionKinds[kind],
  insertText: insert,
  ...(detail === "" ? {} : { detail }),
  ...(doc === "" ? {} : { documentation: { kind: MarkupKind.Markdown, value: doc } }),
});

const markdown = (value: string): MarkupContent => ({ kind: MarkupKind.Markdown, value });

export const toSignatureHelp = ({ label, doc, options, active }: Signature): SignatureHelp => ({
  signatures: [
    {
      label,
      ...(doc === "" ? {} : { documentation: markdown(doc) }),
      parameters: options.map(({ start, end, doc: own }) => ({
        label: [start, end],
        ...(own === "" ? {} : { documentation: markdown(own) }),
      })),
    },
  ],
  activeSignature: 0,
  // A place after the last marks none.
  activeParameter: active ?? options.length,
});
