"""Every request of `nnc lsp`, by the client of pytest-lsp, which refuses what is not of the protocol. What is offered at the start and
has no test here fails the last test."""

import pathlib
import re

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

ROOT = pathlib.Path(__file__).resolve().parents[3]
LIB = "const wide = 8\nblock Twice(x: f32[h, w, c]) {\n  x + x\n}\n"
MAIN = """import "lib.nn"
model M(image: f32[8, 8, 3]) {
  Conv2D(4, 3x3)
  Twice()
  Flatten()
  Dense(wide)
}
train M on D { epochs 1 }
"""
WRONG = "model W(x: f32[4]) {\n  Dense(3, unitz: 2)\n  Conv2d(8, 3x3)\n}\n"
OPTIONS = lsp.FormattingOptions(tab_size=2, insert_spaces=True)

# What the tests have asked, by the name of the capability.
ASKED = set()


def at(line, character):
    return lsp.Position(line=line, character=character)


def between(start, end):
    return lsp.Range(start=at(*start), end=at(*end))


class Workspace:
    """A folder with programs, and a client that has some of them open."""

    def __init__(self, client, folder):
        self.client, self.folder = client, folder

    def uri(self, name):
        return (self.folder / name).as_uri()

    def about(self, name="main.nn"):
        return lsp.TextDocumentIdentifier(uri=self.uri(name))

    def open(self, name, text):
        (self.folder / name).write_text(text, "utf-8")
        document = lsp.TextDocumentItem(uri=self.uri(name), language_id="nn", version=1, text=text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=document))
        return self.about(name)

    def change(self, name, version, range, text):
        change = lsp.TextDocumentContentChangePartial(range=range, text=text)
        document = lsp.VersionedTextDocumentIdentifier(uri=self.uri(name), version=version)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(text_document=document, content_changes=[change]))

    async def ask(self, capability, params):
        """Asks by the name that the capability has at the start."""
        ASKED.add(capability)
        name = METHODS[capability]
        return await getattr(self.client, name + "_async")(params)


# The client's methods for what the server may offer.
METHODS = {
    "hover_provider": "text_document_hover",
    "inlay_hint_provider": "text_document_inlay_hint",
    "code_action_provider": "text_document_code_action",
    "document_formatting_provider": "text_document_formatting",
    "definition_provider": "text_document_definition",
    "document_symbol_provider": "text_document_document_symbol",
    "completion_provider": "text_document_completion",
    "references_provider": "text_document_references",
    "document_highlight_provider": "text_document_document_highlight",
    "rename_provider": "text_document_rename",
    "call_hierarchy_provider": "text_document_prepare_call_hierarchy",
    "workspace_symbol_provider": "workspace_symbol",
    "semantic_tokens_provider": "text_document_semantic_tokens_full",
    "signature_help_provider": "text_document_signature_help",
    "folding_range_provider": "text_document_folding_range",
    "selection_range_provider": "text_document_selection_range",
    "document_link_provider": "text_document_document_link",
    "code_lens_provider": "text_document_code_lens",
    "document_range_formatting_provider": "text_document_range_formatting",
    "document_on_type_formatting_provider": "text_document_on_type_formatting",
    "execute_command_provider": "workspace_execute_command",
    "diagnostic_provider": "text_document_diagnostic",
}


def make_client():
    """A client that also takes what the server asks for, as VS Code does."""
    client = make_test_lsp_client()
    client.watched = []

    @client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    def register(params: lsp.RegistrationParams):
        client.watched += [registration.method for registration in params.registrations]

    @client.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)
    def refresh(params):
        pass

    return client


@pytest_lsp.fixture(
    scope="function",
    config=ClientServerConfig(
        server_command=["node", str(ROOT / "dist/cli/main.js"), "lsp"], client_factory=make_client
    ),
)
async def client(lsp_client: LanguageClient, tmp_path):
    capabilities = client_capabilities("visual-studio-code")
    params = lsp.InitializeParams(
        capabilities=capabilities,
        workspace_folders=[lsp.WorkspaceFolder(uri=tmp_path.as_uri(), name="all")],
        initialization_options={"commands": ["nnc.train"]},
    )
    lsp_client.offered = (await lsp_client.initialize_session(params)).capabilities
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def work(client, tmp_path):
    (tmp_path / "lib.nn").write_text(LIB, "utf-8")
    workspace = Workspace(client, tmp_path)
    workspace.open("main.nn", MAIN)
    return workspace


asynchronous = pytest.mark.asyncio(loop_scope="function")


@asynchronous
async def test_hover(work):
    found = await work.ask("hover_provider", lsp.HoverParams(work.about(), at(2, 4)))
    assert "8 × 8 × 3 → 6 × 6 × 4" in found.contents.value
    assert found.range == between((2, 2), (2, 8))


@asynchronous
async def test_inlay_hints(work):
    hints = await work.ask("inlay_hint_provider", lsp.InlayHintParams(work.about(), between((0, 0), (7, 0))))
    assert [hint.label for hint in hints] == ["6 × 6 × 4", "6 × 6 × 4", "144", "8"]


@asynchronous
async def test_diagnostics_pushed_or_pulled_then_fixed(work):
    about = work.open("wrong.nn", WRONG)
    if work.client.offered.diagnostic_provider is None:
        ASKED.add("diagnostic_provider")
        await work.client.wait_for_notification("textDocument/publishDiagnostics")
        while not work.client.diagnostics.get(about.uri):
            await work.client.wait_for_notification("textDocument/publishDiagnostics")
        found = work.client.diagnostics[about.uri]
    else:
        report = await work.ask("diagnostic_provider", lsp.DocumentDiagnosticParams(about))
        assert report.kind == "full"
        found = report.items
        again = await work.ask("diagnostic_provider", lsp.DocumentDiagnosticParams(about, previous_result_id=report.result_id))
        assert again.kind == "unchanged"
    assert found[0].source == "nnc" and found[0].code is not None and found[0].range.start.line == 1
    context = lsp.CodeActionContext(diagnostics=found)
    actions = await work.ask("code_action_provider", lsp.CodeActionParams(about, between((2, 2), (2, 8)), context))
    assert [action.title for action in actions if action.kind == "quickfix"][0] == "write Conv2D"
    every = lsp.CodeActionContext(diagnostics=[], only=["source.fixAll.nnc"])
    (all_fixes,) = await work.ask("code_action_provider", lsp.CodeActionParams(about, between((0, 0), (3, 0)), every))
    assert "Conv2D" in str(all_fixes.edit)


@asynchronous
async def test_formatting(work):
    work.change("main.nn", 2, between((2, 0), (2, 2)), "      ")
    edits = await work.ask("document_formatting_provider", lsp.DocumentFormattingParams(work.about(), OPTIONS))
    assert any("Conv2D" in edit.new_text or edit.range.start.line == 2 for edit in edits)
    part = lsp.DocumentRangeFormattingParams(work.about(), between((2, 0), (2, 1)), OPTIONS)
    (edit,) = await work.ask("document_range_formatting_provider", part)
    assert edit.new_text == "  Conv2D(4, 3x3)\n"
    typed = lsp.DocumentOnTypeFormattingParams(work.about(), at(2, 0), "\n", OPTIONS)
    (edit,) = await work.ask("document_on_type_formatting_provider", typed)
    assert edit.new_text == "  "


@asynchronous
async def test_definition_and_references(work):
    place = await work.ask("definition_provider", lsp.DefinitionParams(work.about(), at(5, 9)))
    (found,) = place if isinstance(place, list) else [place]
    assert found.uri == work.uri("lib.nn") and found.range.start == at(0, 6)
    context = lsp.ReferenceContext(include_declaration=True)
    places = await work.ask("references_provider", lsp.ReferenceParams(context, work.about(), at(5, 9)))
    assert {one.uri for one in places} == {work.uri("lib.nn"), work.uri("main.nn")}
    marks = await work.ask("document_highlight_provider", lsp.DocumentHighlightParams(work.about(), at(5, 9)))
    assert [mark.range for mark in marks] == [between((5, 8), (5, 12))]


@asynchronous
async def test_rename(work):
    ready = await work.client.text_document_prepare_rename_async(lsp.PrepareRenameParams(work.about(), at(5, 9)))
    assert ready.placeholder == "wide"
    edit = await work.ask("rename_provider", lsp.RenameParams(work.about(), at(5, 9), "broad"))
    assert {change.text_document.uri for change in edit.document_changes} == {work.uri("lib.nn"), work.uri("main.nn")}
    with pytest.raises(Exception, match="is a name of nnc"):
        await work.client.text_document_rename_async(lsp.RenameParams(work.about(), at(5, 9), "relu"))


@asynchronous
async def test_symbols(work):
    found = await work.ask("document_symbol_provider", lsp.DocumentSymbolParams(work.about()))
    assert "M" in [symbol.name for symbol in found]
    found = await work.ask("workspace_symbol_provider", lsp.WorkspaceSymbolParams("twi"))
    assert [symbol.name for symbol in found] == ["Twice"]


@asynchronous
async def test_completion(work):
    work.change("main.nn", 2, between((2, 16), (2, 16)), "\n  D")
    found = await work.ask("completion_provider", lsp.CompletionParams(work.about(), at(3, 3)))
    items = found if isinstance(found, list) else found.items
    assert "Dense" in [item.label for item in items]


@asynchronous
async def test_call_hierarchy(work):
    (item,) = await work.ask("call_hierarchy_provider", lsp.CallHierarchyPrepareParams(work.about(), at(3, 3)))
    assert item.name == "Twice"
    incoming = await work.client.call_hierarchy_incoming_calls_async(lsp.CallHierarchyIncomingCallsParams(item))
    assert [call.from_.name for call in incoming] == ["M"]
    outgoing = await work.client.call_hierarchy_outgoing_calls_async(lsp.CallHierarchyOutgoingCallsParams(item))
    assert list(outgoing) == []


@asynchronous
async def test_semantic_tokens(work):
    tokens = await work.ask("semantic_tokens_provider", lsp.SemanticTokensParams(work.about()))
    # `import`: line 0, character 0, six letters, a keyword.
    assert list(tokens.data[:5]) == [0, 0, 6, 0, 0]
    part = lsp.SemanticTokensRangeParams(work.about(), between((2, 0), (3, 0)))
    some = await work.client.text_document_semantic_tokens_range_async(part)
    assert 0 < len(some.data) < len(tokens.data)
    work.change("main.nn", 2, between((2, 9), (2, 10)), "16")
    delta = lsp.SemanticTokensDeltaParams(work.about(), tokens.result_id)
    changed = await work.client.text_document_semantic_tokens_full_delta_async(delta)
    assert len(changed.edits) == 1


@asynchronous
async def test_signature_help(work):
    found = await work.ask("signature_help_provider", lsp.SignatureHelpParams(work.about(), at(2, 12)))
    assert found.signatures[0].label.startswith("Conv2D(filters: int")
    assert found.active_parameter == 1


@asynchronous
async def test_folds_selections_links(work):
    folds = await work.ask("folding_range_provider", lsp.FoldingRangeParams(work.about()))
    assert (folds[0].start_line, folds[0].end_line) == (1, 5)
    (one,) = await work.ask("selection_range_provider", lsp.SelectionRangeParams(work.about(), [at(2, 3)]))
    assert one.range == between((2, 2), (2, 8)) and one.parent.range == between((2, 2), (2, 16))
    (link,) = await work.ask("document_link_provider", lsp.DocumentLinkParams(work.about()))
    assert link.target == work.uri("lib.nn")


@asynchronous
async def test_code_lenses(work):
    lenses = await work.ask("code_lens_provider", lsp.CodeLensParams(work.about()))
    commands = [(await work.client.code_lens_resolve_async(lens)).command for lens in lenses]
    assert "parameters" in commands[0].title
    assert commands[-1].command == "nnc.train" and list(commands[-1].arguments) == [work.uri("main.nn"), "M"]


@asynchronous
async def test_commands(work):
    assert set(work.client.offered.execute_command_provider.commands) == {"nnc.why", "nnc.graph"}
    position = {"line": 4, "character": 3}
    why = lsp.ExecuteCommandParams("nnc.why", [work.uri("main.nn"), position])
    answer = await work.ask("execute_command_provider", why)
    assert "8 − 3 + 1 = 6" in str(answer)
    graph = lsp.ExecuteCommandParams("nnc.graph", [work.uri("main.nn")])
    picture = await work.ask("execute_command_provider", graph)
    # The panel of VS Code shows this page as it is: it may load nothing.
    assert re.search(r'<meta http-equiv="Content-Security-Policy" content="default-src (\'|&#39;)none', picture["html"])
    assert picture["model"] == "M" and picture["svg"].startswith("<svg")
    with pytest.raises(Exception, match="has no command"):
        await work.ask("execute_command_provider", lsp.ExecuteCommandParams("nnc.delete", []))


@asynchronous
async def test_changes_on_disk_and_closed_documents(work):
    (work.folder / "lib.nn").write_text(LIB.replace("wide = 8", "wide = 16"), "utf-8")
    event = lsp.FileEvent(uri=work.uri("lib.nn"), type=lsp.FileChangeType.Changed)
    work.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(changes=[event]))
    hints = await work.ask("inlay_hint_provider", lsp.InlayHintParams(work.about(), between((0, 0), (7, 0))))
    assert hints[-1].label == "16"
    work.client.text_document_did_close(lsp.DidCloseTextDocumentParams(work.about()))
    assert await work.ask("hover_provider", lsp.HoverParams(work.about(), at(2, 4))) is None


@asynchronous
async def test_everything_offered_was_asked(work):
    """Stands last: what the server offers has a test above."""
    offered = {
        name
        for name in dir(work.client.offered)
        if name.endswith("_provider") and getattr(work.client.offered, name) not in (None, False)
    }
    assert offered - ASKED == set()
    assert offered <= set(METHODS)
