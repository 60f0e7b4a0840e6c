// The only file that imports chevrotain.

export {
  createToken,
  EmbeddedActionsParser,
  EOF,
  type ILexingError,
  type IToken,
  isRecognitionException,
  Lexer,
  type ParserMethod,
  type TokenType,
  tokenMatcher,
} from "chevrotain";
