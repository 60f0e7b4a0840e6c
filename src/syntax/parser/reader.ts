// The base of all rules of the parser: places, problems, and recovery after a mistake. Holds the only state of a parse;
// `begin` resets it.

import type { Span } from "../../base/span.ts";
import type { Expr, Name } from "../ast.ts";
import {
  EmbeddedActionsParser,
  EOF,
  type IToken,
  isRecognitionException,
  type TokenType,
  tokenMatcher,
} from "../chevrotain.ts";
import { called, endOf, type ProblemList, problemList } from "../problem.ts";
import { AnyName, atoms, Newline, PrefixOperator, signs, tokenTable, words } from "../tokens.ts";
import { endOfLine, hintFor, lineFix } from "./hints.ts";

const label = ({ LABEL, name }: TokenType): string => LABEL ?? name;

/** The thing that a rule lacks, as people say it. */
const expectedIn: ReadonlyMap<string, string> = new Map([
  ["arguments )", "',' or ')'"],
  ["parentheses )", "',', an operator or ')'"],
  ["names )", "',' or ')'"],
  ["subscripts ]", "':', ',' or ']'"],
  ["list ]", "',' or ']'"],
  ["type ]", "',' or ']'"],
  ["parameters )", "',' or ')'"],
  ["record }", "',' or '}'"],
]);

const valueStarts: readonly TokenType[] = [
  AnyName,
  PrefixOperator,
  ...Object.values(atoms).map(({ type }) => type),
  words.true.type,
  words.false.type,
  words.if.type,
  words.repeat.type,
  signs.open.type,
  signs.openSquare.type,
];
const openers = new Set<TokenType>([signs.open.type, signs.openSquare.type, signs.openBrace.type]);
const closers = new Set<TokenType>([signs.close.type, signs.closeSquare.type, signs.closeBrace.type]);

export class Reader extends EmbeddedActionsParser {
  protected file = "";
  private text = "";
  /** The offset of the text in its file. */
  private base = 0;
  protected problems: ProblemList = problemList();
  /** Statements, clauses and headers: the parser reports one problem of each. */
  protected regions: { start: number; end: number }[] = [];

  constructor() {
    super([...tokenTable.map(({ type }) => type), AnyName, PrefixOperator, Newline], {
      maxLookahead: 1,
      recoveryEnabled: false,
      skipValidations: true,
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected, ruleName }) =>
          expectedIn.get(`${ruleName} ${label(expected).replaceAll("'", "")}`) ?? label(expected),
        buildNotAllInputParsedMessage: () => "the end of the file",
        buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
        buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
      },
    });
  }

  protected begin(file: string, text: string, tokens: readonly IToken[], base = 0): void {
    this.file = file;
    this.text = text;
    this.base = base;
    this.problems = problemList();
    this.regions = [];
    this.input = [...tokens];
  }

  private get textEnd(): number {
    return this.base + this.text.length;
  }
  /** Returns the character at an offset of the file; empty after the end. */
  protected charAt(offset: number): string {
    return this.text.charAt(offset - this.base);
  }
  /** Returns what is written between two offsets of the file. */
  protected between(start: number, end: number): string {
    return this.text.slice(start - this.base, end - this.base);
  }
  /** Returns the end of the line around an offset, without a comment. */
  protected lineEndAfter(offset: number): number {
    return this.base + endOfLine(this.text, offset - this.base);
  }
  protected startOf(token: IToken): number {
    return Number.isNaN(token.startOffset) ? this.textEnd : token.startOffset;
  }
  /** Returns the end of the last read token. */
  protected get lastEnd(): number {
    const previous = this.LA(0);
    return previous === undefined || Number.isNaN(previous.startOffset) ? this.base : endOf(previous);
  }
  /** Returns the span from a place to the end of the last read token. */
  protected from(start: number): Span {
    return { file: this.file, start, end: Math.max(start, this.lastEnd) };
  }
  protected at(token: IToken): Span {
    return { file: this.file, start: this.startOf(token), end: endOf(token) };
  }
  protected name(token: IToken): Name {
    const { image } = token;
    return { text: image.startsWith("`") ? image.slice(1, -1) : image, span: this.at(token) };
  }
  protected hole(): Expr {
    return { kind: "hole", span: { file: this.file, start: this.lastEnd, end: this.lastEnd } };
  }

  protected isAt(...types: readonly TokenType[]): boolean {
    const token = this.LA(1);
    return types.some((type) => tokenMatcher(token, type));
  }
  protected follows(k: number, type: TokenType): boolean {
    return tokenMatcher(this.LA(k), type);
  }
  /**
   * Reads while something starts an item. Chevrotain's own loop does the same with three more calls on the stack for
   * each level of nesting, and deep programs run out of stack there.
   */
  protected several(index: 0 | 1 | 2, starts: () => boolean, read: () => void): void {
    if (this.RECORDING_PHASE) this.many(index, read);
    else while (starts()) read();
  }

  protected get startsValue(): boolean {
    return this.isAt(...valueStarts);
  }
  /** Whether a value is a part of the next one: of a member, a call or an indexed value. */
  protected get goesOn(): boolean {
    const { tokenType } = this.LA(1);
    return tokenType === signs.dot.type || tokenType === signs.open.type || tokenType === signs.openSquare.type;
  }
  protected get atEnd(): boolean {
    return this.LA(1).tokenType === EOF;
  }

  /** Reports the next token as misplaced. */
  protected misplaced(expected: string, token = this.LA(1)): void {
    const previous = this.LA(0);
    const ends = token.tokenType === Newline || token.tokenType === EOF;
    const start = ends ? this.lastEnd : token.startOffset;
    this.problems.push({
      start: ends && start >= this.textEnd ? Math.max(this.base, this.textEnd - 1) : start,
      end: ends ? Math.min(start + 1, this.textEnd) : endOf(token),
      found: called(token),
      expected,
      ...hintFor(token, previous, expected),
      ...(ends ? {} : lineFix({ text: this.text, base: this.base }, token, previous, expected)),
    });
  }

  /** Reads. On a mistake, reports it, goes to the next of `stops` outside brackets, and returns `otherwise`. */
  protected recovering<T>(read: () => T, stops: readonly TokenType[], otherwise: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Error) || !isRecognitionException(error)) throw error;
      const { token, message } = error as Error & { readonly token: IToken };
      this.misplaced(message, token);
      this.skipTo(stops);
      return otherwise();
    }
  }

  /** Skips to the next of `stops`, a `}` or the end, outside brackets opened on the way. */
  protected skipTo(stops: readonly TokenType[]): void {
    let depth = 0;
    while (!this.atEnd) {
      if (depth === 0 && !this.problems.full && this.isAt(...stops, signs.closeBrace.type)) return;
      const { tokenType } = this.LA(1);
      if (openers.has(tokenType)) depth++;
      else if (closers.has(tokenType)) depth = Math.max(0, depth - 1);
      this.SKIP_TOKEN();
    }
  }

  protected get lineEnds(): boolean {
    return this.isAt(Newline, signs.closeBrace.type) || this.atEnd;
  }

  /** Ends a statement: reports the rest of its line, if any, as a mistake. */
  protected endLine(expected: string): void {
    if (this.lineEnds) return;
    this.misplaced(expected);
    this.skipTo([Newline]);
  }

  protected region<T>(read: () => T): T {
    const region = { start: this.startOf(this.LA(1)), end: 0 };
    this.regions.push(region);
    const result = read();
    region.end = Math.max(region.start, this.lastEnd);
    return result;
  }
}
