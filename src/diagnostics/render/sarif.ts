// Diagnostics as SARIF 2.1.0 (OASIS), which code scanning and editors read: one run, with a rule for each code that occurs, places,
// the way of a shape as a code flow, and fixes. docs/cli.md says what is in it.

import { fnv1a } from "../../base/hash.ts";
import { type LineIndex, lineIndex } from "../../base/lineIndex.ts";
import type { Span } from "../../base/span.ts";
import { catalogue } from "../catalogue.ts";
import type { Diagnostic, Fix, Severity } from "../diagnostic.ts";
import { safeJson } from "./displayText.ts";

/** What the report says of its run beside the diagnostics. */
export interface SarifRun {
  readonly version: string;
  /** Messages about files that nnc could not read. */
  readonly unread: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", hint: "note" };
const schema = "https://json.schemastore.org/sarif-2.1.0.json";

/** The explanation of a code; catalogue entries have it whatever their fields. */
interface Rule {
  readonly name: string;
  readonly severity: Severity;
  readonly explain: { readonly cause: string; readonly wrong: string; readonly right: string; readonly why: string };
}

const rules: ReadonlyMap<string, Rule> = new Map(Object.entries(catalogue));

const indented = (text: string): string => text.replace(/^(?=.)/gm, "    ").trimEnd();
const fenced = (text: string): string => `\`\`\`nn\n${text.trimEnd()}\n\`\`\``;

function ruleOf(code: string): Json {
  const rule = rules.get(code);
  if (rule === undefined) return { id: code };
  const { name, severity, explain } = rule;
  const { cause, wrong, right, why } = explain;
  return {
    id: code,
    shortDescription: { text: name },
    fullDescription: { text: cause },
    help: {
      text: `${cause}\n\nWrong:\n\n${indented(wrong)}\n\nRight:\n\n${indented(right)}\n\n${why}`,
      markdown: `${cause}\n\nWrong:\n\n${fenced(wrong)}\n\nRight:\n\n${fenced(right)}\n\n${why}`,
    },
    defaultConfiguration: { level: levels[severity] },
  };
}

/** The address of a file: relative to the folder of the command, or absolute. */
export function addressOf(file: string): Json {
  const path = file.replaceAll("\\", "/");
  const uri = path.replace(/^\.\//, "").split("/").map(encodeURIComponent).join("/");
  if (path.startsWith("/")) return { uri: `file://${uri}` };
  if (/^[A-Za-z]:\//.test(path)) return { uri: `file:///${uri.replace("%3A", ":")}` };
  return { uri, uriBaseId: "%SRCROOT%" };
}

interface Places {
  /** The place of a span; undefined if it lies in no file, as in a value of `--set`. */
  physical(span: Span): Json | undefined;
  region(span: Span): Json;
  line(span: Span): string;
}

function placesIn(texts: ReadonlyMap<string, string>): Places {
  const indices = new Map<string, LineIndex>();
  const indexOf = (file: string): LineIndex => {
    const index = indices.get(file) ?? lineIndex(texts.get(file) ?? "");
    indices.set(file, index);
    return index;
  };
  const region = ({ file, start, end }: Span): Json => {
    const [from, to] = [indexOf(file).position(start), indexOf(file).position(end)];
    return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
  };
  return {
    region,
    physical: (span) =>
      span.file.startsWith("--")
        ? undefined
        : { physicalLocation: { artifactLocation: addressOf(span.file), region: region(span) } },
    line: ({ file, start }) => indexOf(file).lineText(indexOf(file).position(start).line),
  };
}

const several = <T>(name: string, list: readonly T[]): Json => (list.length === 0 ? {} : { [name]: list });

function fixOf({ title, edits }: Fix, places: Places): Json {
  const files = [...new Set(edits.map(({ span }) => span.file))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: addressOf(file),
      replacements: edits
        .filter(({ span }) => span.file === file)
        .map(({ span, text }) => ({ deletedRegion: places.region(span), insertedContent: { text } })),
    })),
  };
}

function resultOf(one: Diagnostic, ruleIndex: number, places: Places): Json {
  const { code, severity, message, span, label, related, trace, help, fixes } = one;
  const at = places.physical(span);
  const told = [message, ...help].join("\n");
  const others = related.flatMap(({ span: other, message: text }, id) => {
    const place = places.physical(other);
    return place === undefined ? [] : [{ id, ...place, message: { text } }];
  });
  const steps = trace.flatMap(({ span: step, text, shape }) => {
    const place = places.physical(step);
    return place === undefined ? [] : [{ location: { ...place, message: { text: `${text}: ${shape}` } } }];
  });
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: told },
    ...(at === undefined ? {} : { locations: [label === "" ? at : { ...at, message: { text: label } }] }),
    ...several("relatedLocations", others),
    ...(steps.length === 0 ? {} : { codeFlows: [{ threadFlows: [{ locations: steps }] }] }),
    ...several(
      "fixes",
      fixes
        .filter(({ edits }) => edits.every((edit) => places.physical(edit.span) !== undefined))
        .map((fix) => fixOf(fix, places)),
    ),
    // The same finding on a line that moved is the same finding.
    partialFingerprints: { "code-and-line/v1": fnv1a(`${code}\n${places.line(span).trim()}`).toString(16) },
  };
}

/** Returns the report as text: one document with a line end. */
export function renderSarif(
  diagnostics: readonly Diagnostic[],
  texts: ReadonlyMap<string, string>,
  { version, unread }: SarifRun,
): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const places = placesIn(texts);
  const notifications = unread.map((text) => ({ level: "error", message: { text } }));
  const report = {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "nnc", version, rules: codes.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        invocations: [
          { executionSuccessful: unread.length === 0, ...several("toolExecutionNotifications", notifications) },
        ],
        results: diagnostics.map((one) => resultOf(one, codes.indexOf(one.code), places)),
      },
    ],
  };
  return `${safeJson(JSON.stringify(report, undefined, 2))}\n`;
}
