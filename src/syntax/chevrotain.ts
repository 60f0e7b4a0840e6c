// The one door to chevrotain. The build puts the library's single-file bundle in the place of this module: loading the
// package module by module takes a quarter of a second at every start.

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
