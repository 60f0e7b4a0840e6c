// The one door to chevrotain: nothing else imports it.

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
