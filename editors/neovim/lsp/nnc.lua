-- How Neovim 0.11 and later start `nnc lsp`; `vim.lsp.enable("nnc")` uses it.

--- The nnc of the project, or else the one on the PATH.
local function program(root)
  local own = root and (root .. "/node_modules/.bin/nnc")
  return own and vim.fn.executable(own) == 1 and own or "nnc"
end

return {
  cmd = function(dispatchers, config)
    local root = config and config.root_dir
    return vim.lsp.rpc.start({ program(root), "lsp" }, dispatchers, { cwd = root })
  end,
  filetypes = { "nn" },
  root_markers = { "package.json", ".git" },
}
