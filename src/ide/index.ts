// Answers the editor's questions about programs with plain data: spans, texts, lists. Others carry the answers to an
// editor (by a protocol, in a web page).

export { type CallEdge, type CallItem, callees, callers, callItem } from "./callHierarchy.ts";
export { type Completion, completions } from "./completion.ts";
export { type Fold, folds } from "./folding.ts";
export { formatting, rangeFormatting, typingFormatting } from "./formatting.ts";
export { type Hover, type HoverPart, hover, type OptionLine } from "./hover.ts";
export { hoverWithCosts } from "./hoverCosts.ts";
export { type InlayHint, inlayHints } from "./inlayHints.ts";
export { costsIn, type Lens, lenses, sizeText } from "./lenses.ts";
export { type FileLink, fileLinks } from "./links.ts";
export { definition, type Outline, symbols, symbolsOfText } from "./navigation.ts";
export { type NetworkPicture, networkPicture } from "./picture.ts";
export { diagnostics, fixAll, type Problem, type QuickFix, quickFixes } from "./problems.ts";
export { type Highlight, highlights, references } from "./references.ts";
export { prepareRename, type Renamable, type Renaming, rename } from "./rename.ts";
export { selections } from "./selection.ts";
export { type SemanticToken, semanticTokens } from "./semanticTokens.ts";
export { type Signature, signatureAt } from "./signatures.ts";
export { type Memory, newMemory, openProgram, type Snapshot } from "./snapshot.ts";
export { tokenKinds, tokenModifiers } from "./tokenKinds.ts";
export { type WhyStep, why, whyText } from "./why.ts";
export { type FoundSymbol, matchingSymbols } from "./workspaceSymbols.ts";
