// The requests of the protocol, each as a question to the thread for checks. A table, so that nothing here takes long.

import * as lsp from "vscode-languageserver/node.js";
import type { Outcome } from "./desk.ts";
import type { Editor } from "./editor.ts";
import { packedResult } from "./packed.ts";
import { keyOf } from "./places.ts";
import type { CallData, Kind, LensData, Question, Refusable, Unpacked } from "./questions.ts";

/** The commands that the server carries out. None of them writes, runs or fetches anything. */
export const commands = ["nnc.why", "nnc.graph"] as const;

type Passed = Exclude<Kind, Unpacked>;

/** Asks about an open document in its current state; `undefined` for any other. */
async function ask<K extends Exclude<Kind, "check">>(
  { documents, desk, publisher }: Editor,
  uri: string,
  token: lsp.CancellationToken,
  question: (file: string) => Question<K>,
): Promise<Extract<Outcome<K>, { kind: "answer" }>["answer"] | undefined> {
  if (documents.get(uri) === undefined) return undefined;
  const file = keyOf(uri);
  const outcome = await desk.ask(question(file), () => !token.isCancellationRequested);
  if (outcome.kind === "stopped") publisher.refresh([file], "now");
  return answerOf(outcome, token);
}

function answerOf<K extends Kind>(
  outcome: Outcome<K>,
  token: lsp.CancellationToken,
): Extract<Outcome<K>, { kind: "answer" }>["answer"] | undefined {
  switch (outcome.kind) {
    case "answer":
      return outcome.answer;
    case "outdated":
      throw token.isCancellationRequested
        ? new lsp.ResponseError(lsp.LSPErrorCodes.RequestCancelled, "nobody waits for it")
        : new lsp.ResponseError(lsp.LSPErrorCodes.ContentModified, "the document changed meanwhile");
    case "stopped":
      return undefined;
    case "failed":
      throw new Error(outcome.message);
  }
}

interface AboutDocument {
  readonly textDocument: lsp.TextDocumentIdentifier;
}

/** Each request about a document, and the question that it is. */
const table = {
  [lsp.HoverRequest.method]: ({ position }: lsp.HoverParams, file, { client }) => {
    const markdown = client.textDocument?.hover?.contentFormat?.includes("markdown") ?? true;
    return { kind: "hover", file, position, markdown };
  },
  [lsp.DefinitionRequest.method]: ({ position }: lsp.DefinitionParams, file) => ({
    kind: "definition",
    file,
    position,
  }),
  [lsp.CompletionRequest.method]: ({ position }: lsp.CompletionParams, file) => ({
    kind: "completion",
    file,
    position,
  }),
  [lsp.InlayHintRequest.method]: ({ range }: lsp.InlayHintParams, file) => ({ kind: "inlayHints", file, range }),
  [lsp.DocumentSymbolRequest.method]: (_: lsp.DocumentSymbolParams, file) => ({ kind: "symbols", file }),
  [lsp.DocumentFormattingRequest.method]: (_: lsp.DocumentFormattingParams, file) => ({ kind: "formatting", file }),
  [lsp.CodeActionRequest.method]: ({ range, context: { only } }: lsp.CodeActionParams, file, editor) => ({
    kind: "codeActions",
    file,
    range,
    only,
    versioned: isVersioned(editor),
  }),
  [lsp.ReferencesRequest.method]: ({ position, context }: lsp.ReferenceParams, file, { folders }) => ({
    kind: "references",
    file,
    position,
    declaration: context.includeDeclaration,
    folders,
  }),
  [lsp.DocumentHighlightRequest.method]: ({ position }: lsp.DocumentHighlightParams, file) => ({
    kind: "highlights",
    file,
    position,
  }),
  [lsp.CallHierarchyPrepareRequest.method]: ({ position }: lsp.CallHierarchyPrepareParams, file) => ({
    kind: "calls",
    file,
    position,
  }),
  [lsp.SemanticTokensRequest.method]: (_: lsp.SemanticTokensParams, file) => ({
    kind: "tokens",
    file,
    range: undefined,
  }),
  [lsp.SemanticTokensRangeRequest.method]: ({ range }: lsp.SemanticTokensRangeParams, file) => ({
    kind: "tokens",
    file,
    range,
  }),
  [lsp.SemanticTokensDeltaRequest.method]: ({ previousResultId }: lsp.SemanticTokensDeltaParams, file) => ({
    kind: "tokensDelta",
    file,
    before: previousResultId,
  }),
  [lsp.SignatureHelpRequest.method]: ({ position }: lsp.SignatureHelpParams, file) => ({
    kind: "signature",
    file,
    position,
  }),
  [lsp.FoldingRangeRequest.method]: (_: lsp.FoldingRangeParams, file) => ({ kind: "folds", file }),
  [lsp.SelectionRangeRequest.method]: ({ positions }: lsp.SelectionRangeParams, file) => ({
    kind: "selections",
    file,
    positions,
  }),
  [lsp.DocumentLinkRequest.method]: (_: lsp.DocumentLinkParams, file) => ({ kind: "links", file }),
  [lsp.CodeLensRequest.method]: (_: lsp.CodeLensParams, file, editor) => ({
    kind: "lenses",
    file,
    trains: editor.commands.includes("nnc.train"),
  }),
  [lsp.DocumentRangeFormattingRequest.method]: ({ range }: lsp.DocumentRangeFormattingParams, file) => ({
    kind: "rangeFormatting",
    file,
    range,
  }),
  [lsp.DocumentOnTypeFormattingRequest.method]: ({ position, ch }: lsp.DocumentOnTypeFormattingParams, file) => ({
    kind: "typingFormatting",
    file,
    position,
    key: ch,
  }),
  [lsp.DocumentDiagnosticRequest.method]: ({ previousResultId }: lsp.DocumentDiagnosticParams, file) => ({
    kind: "pull",
    file,
    before: previousResultId,
  }),
} as const satisfies Record<string, (params: never, file: string, editor: Editor) => Question<Passed>>;

const isVersioned = ({ client }: Editor): boolean => client.workspace?.workspaceEdit?.documentChanges === true;

/** Answers all requests. */
export function answerRequests(editor: Editor): void {
  const { connection } = editor;
  for (const [method, question] of Object.entries(table)) {
    const of = question as (params: AboutDocument, file: string, editor: Editor) => Question<Passed>;
    connection.onRequest(method, async (params: AboutDocument, token: lsp.CancellationToken) => {
      const answer = await ask(editor, params.textDocument.uri, token, (file) => of(params, file, editor));
      if (answer !== undefined) return packedResult(answer);
      // Only this request has no empty answer.
      return method === lsp.DocumentDiagnosticRequest.method
        ? { kind: lsp.DocumentDiagnosticReportKind.Full, items: [] }
        : null;
    });
  }
  answerRenames(editor);
  answerOthers(editor);
}

function answerRenames(editor: Editor): void {
  const { connection } = editor;
  connection.onPrepareRename(async ({ textDocument: { uri }, position }, token) =>
    accepted(await ask(editor, uri, token, (file) => ({ kind: "prepareRename", file, position }))),
  );
  connection.onRenameRequest(async ({ textDocument: { uri }, position, newName: name }, token) => {
    const asks = { position, name, versioned: isVersioned(editor), folders: editor.folders };
    return accepted(await ask(editor, uri, token, (file) => ({ kind: "rename", file, ...asks })));
  });
}

/** A refusal is an error of the protocol, whose text the editor shows. */
function accepted<T>(answer: Refusable<T> | null | undefined): T | null {
  if (answer === null || answer === undefined) return null;
  if ("refused" in answer) throw new lsp.ResponseError(lsp.LSPErrorCodes.RequestFailed, answer.refused);
  return answer.ok;
}

/** Answers requests that name no document themselves: they carry what an earlier answer gave them. */
function answerOthers(editor: Editor): void {
  const { connection, desk } = editor;
  const pass = async (question: Question<Passed>, token: lsp.CancellationToken) => {
    const answer = answerOf(await desk.ask(question, () => !token.isCancellationRequested), token);
    return answer === undefined ? null : packedResult(answer);
  };
  connection.onRequest(
    lsp.WorkspaceSymbolRequest.method,
    ({ query }: lsp.WorkspaceSymbolParams, token: lsp.CancellationToken) =>
      pass({ kind: "workspaceSymbols", file: "", query, folders: editor.folders }, token),
  );
  connection.onRequest(
    lsp.CallHierarchyIncomingCallsRequest.method,
    ({ item }: lsp.CallHierarchyIncomingCallsParams, token: lsp.CancellationToken) => {
      const data = item.data as CallData;
      return pass({ kind: "callers", file: data.entry, ...data, folders: editor.folders }, token);
    },
  );
  connection.onRequest(
    lsp.CallHierarchyOutgoingCallsRequest.method,
    ({ item }: lsp.CallHierarchyOutgoingCallsParams, token: lsp.CancellationToken) => {
      const data = item.data as CallData;
      return pass({ kind: "callees", file: data.entry, ...data }, token);
    },
  );
  connection.onRequest(lsp.CodeLensResolveRequest.method, async (lens: lsp.CodeLens, token: lsp.CancellationToken) => {
    const data = lens.data as LensData;
    return (await pass({ kind: "lens", file: data.entry, lens, data }, token)) ?? lens;
  });
  connection.onRequest(
    lsp.ExecuteCommandRequest.method,
    async ({ command, arguments: args = [] }: lsp.ExecuteCommandParams, token: lsp.CancellationToken) => {
      const question = commandQuestion(command, args);
      if (question === undefined)
        throw new lsp.ResponseError(lsp.ErrorCodes.InvalidParams, `the server has no command '${command}'`);
      const answer = await ask(editor, args[0] as string, token, question);
      return answer === undefined ? null : packedResult(answer);
    },
  );
}

/** Returns the question that a command is; undefined if there is no such command. Its first argument is the document. */
function commandQuestion(
  command: string,
  [, second]: readonly unknown[],
): ((file: string) => Question<"why"> | Question<"graph">) | undefined {
  switch (command as (typeof commands)[number]) {
    case "nnc.why":
      return (file) => ({ kind: "why", file, position: second as lsp.Position });
    case "nnc.graph":
      return (file) => ({ kind: "graph", file, model: typeof second === "string" ? second : undefined });
    default:
      return undefined;
  }
}
