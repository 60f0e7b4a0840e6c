// Answers the editor's questions about programs with plain data: spans, texts, lists. Others carry the answers to an
// editor (by a protocol, in a web page).

export { type Completion, completions } from "./completion.ts";
export { formatting } from "./formatting.ts";
export { type Hover, type HoverPart, hover, type OptionLine } from "./hover.ts";
export { type InlayHint, inlayHints } from "./inlayHints.ts";
export { definition, type Outline, symbols } from "./navigation.ts";
export { diagnostics, fixAll, type Problem, type QuickFix, quickFixes } from "./problems.ts";
export { openProgram, type Snapshot } from "./snapshot.ts";
