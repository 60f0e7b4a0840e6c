// The rules of a file: imports, constants, datasets, blocks, models, trainings. `nnParser` is the whole parser.

import type { Const, Declaration, Expr, Import, Name, Parameter, TypeExpr } from "../ast.ts";
import type { IToken, ParserMethod } from "../chevrotain.ts";
import { endOf, type Problem } from "../problem.ts";
import { stringValue } from "../scan.ts";
import { AnyName, atoms, Newline, signs, words } from "../tokens.ts";
import { ClauseReader } from "./clauses.ts";
import { A_DECLARATION, declarationHabit, distance } from "./hints.ts";

type Rule<T> = ParserMethod<[], T>;

const declarationWords = [words.dataset, words.model, words.block, words.train, words.const, words.import] as const;

export interface Read<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
  readonly regions: readonly { readonly start: number; readonly end: number }[];
  /** An expression with too many operators. */
  readonly tooLong?: { readonly start: number; readonly end: number };
}

const nameOf = (item: Declaration): string | undefined =>
  item.kind === "import" ? undefined : item.kind === "train" ? item.model.text : item.name.text;

class FileReader extends ClauseReader {
  readonly declarations: Rule<Declaration[]> = this.RULE("file", (): Declaration[] => {
    const found: Declaration[] = [];
    this.ACTION(() => this.skipToDeclaration());
    this.MANY(() => {
      this.region(() => {
        const some = this.recovering<readonly Declaration[]>(
          () => this.SUBRULE(this.declaration),
          [Newline],
          () => [],
        );
        this.ACTION(() => {
          // Nothing can refer to a declaration without a name; its body has been read for mistakes.
          for (const item of some) if (nameOf(item) !== "") found.push(item);
          this.endLine("the end of the line");
        });
      });
      this.OPTION(() => this.CONSUME(Newline));
      this.ACTION(() => this.skipToDeclaration());
    });
    return found;
  });

  private readonly declaration: Rule<readonly Declaration[]> = this.RULE("declaration", (): readonly Declaration[] =>
    this.OR({
      DEF: [
        { ALT: () => [this.SUBRULE(this.import)] },
        { ALT: () => this.SUBRULE(this.constants) },
        { ALT: () => [this.SUBRULE(this.dataset)] },
        { ALT: () => [this.SUBRULE(this.block)] },
        { ALT: () => [this.SUBRULE(this.model)] },
        { ALT: () => [this.SUBRULE(this.train)] },
      ],
      ERR_MSG: A_DECLARATION,
    }),
  );

  private readonly import: Rule<Import> = this.RULE("import", (): Import => {
    const start = this.startOf(this.CONSUME(words.import.type));
    const token = this.CONSUME(atoms.string.type);
    const path = this.ACTION(() => stringValue(token.image) ?? "");
    return { kind: "import", path, pathSpan: this.at(token), span: this.from(start) };
  });

  private readonly constants: Rule<Const[]> = this.RULE("const", (): Const[] => {
    const all: Const[] = [];
    const keyword = this.startOf(this.CONSUME(words.const.type));
    this.AT_LEAST_ONE_SEP({
      SEP: signs.comma.type,
      DEF: () => {
        const token = this.CONSUME(AnyName);
        const value = this.recovering(
          () => {
            this.CONSUME(signs.assign.type);
            return this.SUBRULE(this.expression);
          },
          [signs.comma.type, Newline],
          () => this.hole(),
        );
        const start = all.length === 0 ? keyword : this.startOf(token);
        all.push({ kind: "const", name: this.name(token), value, span: this.from(start) });
      },
      ERR_MSG: "a name",
    });
    return all;
  });

  private readonly block: Rule<Declaration> = this.RULE("block", (): Declaration => {
    const start = this.startOf(this.LA(1));
    const head = this.region(() => {
      this.CONSUME(words.block.type);
      return this.SUBRULE(this.head);
    });
    return { kind: "block", ...head, body: this.SUBRULE(this.body), span: this.from(start) };
  });

  private readonly model: Rule<Declaration> = this.RULE("model", (): Declaration => {
    const start = this.startOf(this.LA(1));
    const head = this.region(() => {
      this.CONSUME(words.model.type);
      return this.SUBRULE(this.head);
    });
    return { kind: "model", ...head, body: this.SUBRULE(this.body), span: this.from(start) };
  });

  private readonly head: Rule<{ name: Name; parameters: Parameter[]; result?: TypeExpr }> = this.RULE(
    "head",
    (): { name: Name; parameters: Parameter[]; result?: TypeExpr } => {
      const parameters: Parameter[] = [];
      let result: TypeExpr | undefined;
      const name = this.declared([signs.open.type, signs.openBrace.type, Newline], () => this.CONSUME(AnyName));
      // A mistake here must not cost the body that follows.
      this.recovering(
        () => {
          this.CONSUME(signs.open.type);
          this.MANY_SEP({ SEP: signs.comma.type, DEF: () => parameters.push(this.SUBRULE(this.parameter)) });
          this.CONSUME(signs.close.type);
          this.OPTION(() => {
            this.CONSUME(signs.arrow.type);
            result = this.SUBRULE(this.type);
          });
        },
        [signs.openBrace.type, Newline],
        () => undefined,
      );
      return { name, parameters, ...(result === undefined ? {} : { result }) };
    },
  );

  private readonly parameter: Rule<Parameter> = this.RULE("parameter", (): Parameter => {
    const name = this.name(this.CONSUME(AnyName));
    let type: TypeExpr | undefined;
    let initial: Expr | undefined;
    const stops = [signs.comma.type, signs.close.type];
    this.recovering(
      () => {
        this.OPTION1(() => {
          this.CONSUME(signs.colon.type);
          type = this.SUBRULE(this.type);
        });
        this.OPTION2(() => {
          this.CONSUME(signs.assign.type);
          initial = this.SUBRULE(this.expression);
        });
      },
      stops,
      () => undefined,
    );
    return {
      name,
      ...(type === undefined ? {} : { type }),
      ...(initial === undefined ? {} : { default: initial }),
      span: this.from(name.span.start),
    };
  });

  /** Reads `--set name=…`: one expression and nothing after it. */
  readonly alone: Rule<Expr> = this.RULE("alone", (): Expr => {
    const value = this.recovering(
      () => this.SUBRULE(this.expression),
      [],
      () => this.hole(),
    );
    this.OPTION(() => this.CONSUME(Newline));
    return value;
  });

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** Reports text between declarations, and reads a misspelt keyword as the intended one. */
  private skipToDeclaration(): void {
    while (!this.atEnd && !declarationWords.some(({ type }) => this.isAt(type))) {
      if (this.isAt(Newline)) {
        this.SKIP_TOKEN();
        continue;
      }
      this.region(() => {
        this.strayLine();
        this.skipTo([Newline]);
        while (this.isAt(signs.closeBrace.type)) this.SKIP_TOKEN();
      });
    }
  }

  private strayLine(): void {
    const token = this.LA(1);
    const { image } = token;
    const near = declarationWords.find(({ display }) => distance(image, display.slice(1, -1)) <= 2);
    const meant = near?.display.slice(1, -1);
    const named = this.follows(2, AnyName) || this.follows(2, atoms.string.type);
    const [start, end] = [token.startOffset, endOf(token)];
    const habit = declarationHabit(image);
    this.problems.push({
      start,
      end,
      found: `'${image.slice(0, 32)}'`,
      expected: A_DECLARATION,
      ...(meant !== undefined && named
        ? { hint: `perhaps '${meant}'`, fix: { title: `write ${meant}`, sure: false, start, end, text: meant } }
        : { hint: habit ?? "layers and values belong inside a model or a block" }),
      ...(image === "from"
        ? { fix: { title: "leave out the line", sure: true, start, end: this.lineEndAfter(start), text: "" } }
        : {}),
    });
  }

  /** Reads a file, or the part of one that begins at `base`. */
  readFile(file: string, text: string, tokens: readonly IToken[], base = 0): Read<Declaration[]> {
    this.begin(file, text, tokens, base);
    return this.done(this.declarations());
  }
  readExpression(file: string, text: string, tokens: readonly IToken[]): Read<Expr> {
    this.begin(file, text, tokens);
    const value = this.alone();
    if (!this.atEnd && !this.isAt(Newline)) this.misplaced("an operator or the end");
    return this.done(value);
  }
  private done<T>(value: T): Read<T> {
    const { regions, tooLong } = this;
    const problems = this.problems.items;
    this.tooLong = undefined;
    return { value, problems, regions, ...(tooLong === undefined ? {} : { tooLong }) };
  }
}

/** The only parser: chevrotain takes longer to analyse the grammar than to parse a file. */
export const nnParser: Pick<FileReader, "readFile" | "readExpression" | "getSerializedGastProductions"> =
  new FileReader();
