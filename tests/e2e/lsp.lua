-- What a person does in Neovim with a .nn file, done by script. Started by lsp.sh; writes its verdicts to a file there.
-- Uses only what Neovim has had since 0.7.

local work = vim.env.NNC_WORK
local result = assert(io.open(work .. "/result", "w"))
local passed, failed = 0, 0

local function check(name, run)
  local fine, problem = pcall(run)
  if fine then
    passed = passed + 1
    result:write("pass: " .. name .. "\n")
  else
    failed = failed + 1
    result:write("fail: " .. name .. ": " .. tostring(problem) .. "\n")
  end
end

local function finish()
  result:write(string.format("editor: %d passed, %d failed\n", passed, failed))
  result:close()
  vim.cmd(failed == 0 and "qall!" or "cquit 1")
end

local function wait(what, holds)
  if not vim.wait(15000, holds, 20) then error("waited in vain for " .. what, 2) end
end

local function equal(actual, expected)
  if not vim.deep_equal(actual, expected) then
    error("expected " .. vim.inspect(expected) .. ", got " .. vim.inspect(actual), 2)
  end
end

local function write(name, lines)
  local path = work .. "/" .. name
  vim.fn.writefile(lines, path)
  return path
end

local function lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end

write("sizes.nn", { "/// How many classes there are.", "const classes = 10" })
local path = write("network.nn", {
  'import "sizes.nn"',
  "model Small(image: f32[28, 28, 1]) {",
  "  Conv2d(8, 3x3, relu)",
  "  MaxPool2D(2x2)",
  "  Flatten()",
  '    Dense(classes,softmax,  name: "🙂",   unitz: 3)',
  "}",
})

local exit_code
local config = {
  name = "nnc",
  cmd = { "node", vim.env.NNC_MAIN, "lsp" },
  root_dir = work,
  on_exit = function(code) exit_code = code end,
}

vim.o.hidden = true
vim.cmd("edit " .. vim.fn.fnameescape(path))
local buffer = vim.api.nvim_get_current_buf()
local id
if vim.lsp.start then
  id = vim.lsp.start(config, { bufnr = buffer })
else
  id = vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buffer, id)
end

-- As vim.lsp.enable does: every such file has the server, also one that a rename opens.
vim.api.nvim_create_autocmd("FileType", {
  pattern = "nn",
  callback = function(event) vim.lsp.buf_attach_client(event.buf, id) end,
})

local function diagnostics()
  local found = vim.diagnostic.get(buffer)
  table.sort(found, function(a, b) return a.lnum < b.lnum end)
  return found
end

local function ask(method, params)
  params.textDocument = { uri = vim.uri_from_bufnr(buffer) }
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 15000)
  local answer = answers and answers[id]
  if not answer or answer.err then error(method .. " failed: " .. vim.inspect(answers), 2) end
  return answer.result
end

check("mistakes are shown when a file is opened", function()
  wait("two diagnostics", function() return #diagnostics() == 2 end)
  local first, second = unpack(diagnostics())
  equal({ first.lnum, first.col, first.end_col, first.source }, { 2, 2, 8, "nnc" })
  equal(first.severity, vim.diagnostic.severity.ERROR)
  equal(second.lnum, 5)
  -- In bytes: the character before it takes four, and two units of the protocol.
  local line = lines(buffer)[6]
  equal(line:sub(second.col + 1, second.end_col), "unitz")
end)

check("a quick fix repairs the text", function()
  local range = { start = { line = 2, character = 4 }, ["end"] = { line = 2, character = 4 } }
  local actions = ask("textDocument/codeAction", { range = range, context = { diagnostics = {} } })
  equal(actions[1].title, "write Conv2D")
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  equal(lines(buffer)[3], "  Conv2D(8, 3x3, relu)")
  wait("one diagnostic", function() return #diagnostics() == 1 end)
end)

check("typing is followed", function()
  local from = lines(buffer)[6]:find(",   unitz: 3", 1, true)
  vim.api.nvim_win_set_cursor(0, { 6, from - 1 })
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes("dt)", true, false, true), "xt", false)
  wait("no diagnostic", function() return #diagnostics() == 0 end)
  vim.api.nvim_buf_set_lines(buffer, 0, 1, false, {})
  wait("the name that no import brings now", function()
    local found = diagnostics()
    return #found == 1 and found[1].lnum == 4
  end)
  vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { 'import "sizes.nn"' })
  wait("no diagnostic with the import again", function() return #diagnostics() == 0 end)
end)

check("hover opens a window with shapes", function()
  vim.api.nvim_win_set_cursor(0, { 3, 4 })
  vim.lsp.buf.hover()
  local text
  wait("the window", function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        text = table.concat(lines(vim.api.nvim_win_get_buf(window)), "\n")
        vim.api.nvim_win_close(window, true)
        return true
      end
    end
    return false
  end)
  if not text:find("28 × 28 × 1 → 26 × 26 × 8, 80 parameters", 1, true) then error(text) end
end)

check("inlay hints give the shape after each layer", function()
  local range = { start = { line = 0, character = 0 }, ["end"] = { line = 6, character = 0 } }
  local labels = {}
  for _, hint in ipairs(ask("textDocument/inlayHint", { range = range })) do table.insert(labels, hint.label) end
  equal(labels, { "26 × 26 × 8", "13 × 13 × 8", "1352", "10" })
end)

check("formatting gives the one style", function()
  if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 15000 }) else vim.lsp.buf.formatting_sync(nil, 15000) end
  equal(lines(buffer), {
    'import "sizes.nn"',
    "",
    "model Small(image: f32[28, 28, 1]) {",
    "  Conv2D(8, 3x3, relu)",
    "  MaxPool2D(2x2)",
    "  Flatten()",
    '  Dense(classes, softmax, name: "🙂")',
    "}",
  })
end)

check("a name is renamed in all files", function()
  vim.api.nvim_win_set_cursor(0, { 7, 10 })
  vim.lsp.buf.rename("labels")
  wait("the new name here", function() return lines(buffer)[7]:find("labels", 1, true) ~= nil end)
  equal(lines(buffer)[7], '  Dense(labels, softmax, name: "🙂")')
  local other = vim.fn.bufnr(work .. "/sizes.nn")
  if other < 0 then error("the other file is not open") end
  equal(lines(other), { "/// How many classes there are.", "const labels = 10" })
  -- The editor sends the other buffer's changes a little later.
  wait("the server to know both names", function()
    local place = ask("textDocument/definition", { position = { line = 6, character = 10 } })
    return place ~= nil and #place > 0 or (place ~= nil and place.uri ~= nil)
  end)
  wait("no diagnostic after it", function() return #diagnostics() == 0 end)
end)

check("the grammar for tree-sitter colours words", function()
  local parser_file = vim.env.NNC_PARSER
  local add = vim.treesitter.language and vim.treesitter.language.add
  if add then add("nn", { path = parser_file }) else vim.treesitter.require_language("nn", parser_file) end
  local query = table.concat(vim.fn.readfile(vim.env.NNC_HIGHLIGHTS), "\n")
  local root = vim.treesitter.get_parser(buffer, "nn"):parse()[1]:root()
  if root:has_error() then error("the tree has an error") end
  local parse_query = vim.treesitter.query and vim.treesitter.query.parse or vim.treesitter.parse_query
  local found, colours = {}, parse_query("nn", query)
  for number, node in colours:iter_captures(root, buffer, 0, -1) do
    local line, from, _, to = node:range()
    found[lines(buffer)[line + 1]:sub(from + 1, to)] = colours.captures[number]
  end
  equal({ found["import"], found["Small"], found["3x3"], found["Flatten"], found["->"] }, { "keyword", "type", "number", "constructor" })
end)

check("a name leads to its declaration in another file", function()
  vim.api.nvim_win_set_cursor(0, { 7, 10 })
  vim.lsp.buf.definition()
  wait("the other file", function() return vim.fn.expand("%:t") == "sizes.nn" end)
  equal(vim.bo.filetype, "nn")
  equal(vim.bo.commentstring, "// %s")
  equal(vim.api.nvim_win_get_cursor(0), { 2, 6 })
end)

check("the server ends when it is told to", function()
  vim.lsp.stop_client(id)
  wait("its end", function() return exit_code ~= nil end)
  equal(exit_code, 0)
end)

finish()
