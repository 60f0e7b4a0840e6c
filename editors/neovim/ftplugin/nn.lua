vim.bo.commentstring = "// %s"
vim.bo.comments = ":///,://"
vim.bo.shiftwidth = 2
vim.bo.expandtab = true
vim.bo.suffixesadd = ".nn"
-- Lines end in brackets where more belongs to them.
vim.bo.smartindent = true

-- Colours by the grammar for tree-sitter, where its parser is installed; the language server adds those by meaning.
if vim.treesitter and vim.treesitter.start then pcall(vim.treesitter.start, 0, "nn") end
