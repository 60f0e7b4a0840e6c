// The part of SARIF 2.1.0 that nnc writes, from the standard's text (OASIS, sections 3.13 to 3.58): which properties an object may have,
// which it must have, and what they are. Anything else in a report is a fault.

type Check = (value: unknown, where: string) => readonly string[];

const text: Check = (value, where) => (typeof value === "string" ? [] : [`${where} is no string`]);
const flag: Check = (value, where) => (typeof value === "boolean" ? [] : [`${where} is no boolean`]);
const whole =
  (least: number): Check =>
  (value, where) =>
    Number.isInteger(value) && Number(value) >= least ? [] : [`${where} is no whole number from ${least} on`];
const oneOf =
  (...words: readonly string[]): Check =>
  (value, where) =>
    words.includes(value as string) ? [] : [`${where} is none of ${words.join(", ")}`];
/** RFC 3986: no spaces, and each % before two digits. */
const uri: Check = (value, where) =>
  typeof value === "string" && /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-F]{2})+$/.test(value)
    ? []
    : [`${where} is no URI`];

const list =
  (item: Check, least = 0): Check =>
  (value, where) => {
    if (!Array.isArray(value)) return [`${where} is no list`];
    if (value.length < least) return [`${where} has fewer than ${least} items`];
    return value.flatMap((one, i) => item(one, `${where}[${i}]`));
  };

/** An object: a name that ends with `!` must be there, and no other names may be. */
const object =
  (properties: Readonly<Record<string, Check>>): Check =>
  (value, where) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${where} is no object`];
    const fields = value as Readonly<Record<string, unknown>>;
    const known = new Map(Object.entries(properties).map(([name, check]) => [name.replace("!", ""), check]));
    const missing = Object.keys(properties)
      .filter((name) => name.endsWith("!") && fields[name.slice(0, -1)] === undefined)
      .map((name) => `${where} lacks ${name.slice(0, -1)}`);
    const found = Object.entries(fields).flatMap(([name, field]) => {
      const check = known.get(name);
      return check === undefined ? [`${where} may not have ${name}`] : check(field, `${where}.${name}`);
    });
    return [...missing, ...found];
  };

const message = object({ "text!": text, markdown: text });
const plainMessage = object({ "text!": text });
const level = oneOf("none", "note", "warning", "error");
const region = object({
  ...{ "startLine!": whole(1), "startColumn!": whole(1), "endLine!": whole(1), "endColumn!": whole(1) },
});
const artifactLocation = object({ "uri!": uri, uriBaseId: text });
const location = object({
  id: whole(0),
  "physicalLocation!": object({ "artifactLocation!": artifactLocation, "region!": region }),
  message: plainMessage,
});
const rule = object({
  ...{ "id!": text, shortDescription: message, fullDescription: message, help: message },
  defaultConfiguration: object({ level }),
});
const fix = object({
  description: plainMessage,
  "artifactChanges!": list(
    object({
      "artifactLocation!": artifactLocation,
      "replacements!": list(object({ "deletedRegion!": region, insertedContent: object({ text }) }), 1),
    }),
    1,
  ),
});
const flow = object({ "threadFlows!": list(object({ "locations!": list(object({ location }), 1) }), 1) });
const result = object({
  ...{ ruleId: text, ruleIndex: whole(0), level, "message!": plainMessage, locations: list(location) },
  ...{ relatedLocations: list(location), codeFlows: list(flow), fixes: list(fix) },
  partialFingerprints: (value, where) => Object.values(value as object).flatMap((one) => text(one, where)),
});
const invocation = object({
  "executionSuccessful!": flag,
  toolExecutionNotifications: list(object({ level, "message!": plainMessage })),
});
const run = object({
  "tool!": object({ "driver!": object({ "name!": text, version: text, rules: list(rule) }) }),
  columnKind: oneOf("utf16CodeUnits", "unicodeCodePoints"),
  invocations: list(invocation),
  results: list(result),
});
const log = object({ $schema: uri, "version!": oneOf("2.1.0"), "runs!": list(run) });

/** Returns what is wrong with a report; nothing if it is one. */
export const sarifProblems = (report: unknown): readonly string[] => log(report, "report");
