; Generated from src/syntax; do not edit. Of several patterns for a node, the last one counts.

(identifier) @variable
(quoted_name) @variable
(column_name (identifier) @property)
(column_name (string) @property)
(operand "." (identifier) @property)
(parameter . (identifier) @variable.parameter)
(argument . (identifier) @property ":")
(clause . (identifier) @keyword)
(step_clause . (identifier) @keyword)
(type . (identifier) @type.builtin)
(operand (identifier) @function . (arguments))
((operand (identifier) @constructor . (arguments))
  (#match? @constructor "^[A-Z]"))
(head . (identifier) @type)
(dataset . "dataset" (identifier) @type)
(train (identifier) @type)

(string) @string
(number) @number
(size) @number
(placeholder) @variable.builtin
(comment) @comment
(doc_comment) @comment.documentation

[
  "->"
  "**"
  "=="
  "!="
  "<="
  ">="
  "<"
  ">"
  "="
  "+"
  "-"
  "*"
  "/"
  "@"
] @operator

[
  ","
  ":"
  "..."
  "."
] @punctuation.delimiter

[
  "("
  ")"
  "["
  "]"
  "{"
  "}"
] @punctuation.bracket

[
  "dataset"
  "repeat"
  "return"
  "import"
  "source"
  "weight"
  "target"
  "const"
  "block"
  "model"
  "train"
  "layer"
  "param"
  "input"
  "else"
  "step"
  "let"
  "if"
  "on"
] @keyword

[
  "false"
  "true"
] @boolean

[
  "and"
  "not"
  "or"
] @keyword.operator
