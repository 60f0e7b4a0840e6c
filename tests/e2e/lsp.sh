#!/usr/bin/env bash
# Runs the built `nnc lsp` under a real editor, Neovim without a screen, and says line by line what passed. Ends with 1
# where something failed. Neovim comes from the PATH, or is installed with apt-get (0.7 is enough); what the run writes
# lies in a cache folder.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/nnc/e2e-editor
main=$root/dist/cli/main.js

if [[ ! -f $main ]]; then
  echo "fail: $main is missing: run 'npm run build' first"
  exit 1
fi

if ! command -v nvim >/dev/null; then
  echo "Neovim is not installed: apt-get installs it"
  as_root=()
  if [[ $(id -u) != 0 ]]; then as_root=(sudo); fi
  mkdir -p "$cache"
  if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" apt-get install -y --no-install-recommends neovim; } \
    >"$cache/install.log" 2>&1; then
    tail -n 5 "$cache/install.log"
    echo "fail: Neovim could not be installed; put nvim on the PATH"
    exit 1
  fi
fi
nvim --version | head -n 1

# The person's own settings, plugins and history stay out of it. The space in the name is part of the test.
work="$cache/a folder"
rm -rf "$work"
mkdir -p "$work"
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state
export NNC_MAIN=$main NNC_WORK=$work
grammar=$root/editors/tree-sitter
export NNC_PLUGIN=$root/editors/neovim NNC_PARSER=$work/nn.so NNC_HIGHLIGHTS=$grammar/queries/highlights.scm
"${CC:-cc}" -shared -fPIC -Os "-I$grammar/src" "$grammar/src/parser.c" "$grammar/src/scanner.c" -o "$NNC_PARSER"

code=0
plugin='lua vim.opt.runtimepath:append(vim.env.NNC_PLUGIN)'
timeout 120 nvim --headless --clean -n -i NONE --cmd "$plugin" -c "luafile $here/lsp.lua" </dev/null 2>"$work/messages" || code=$?
cat "$work/result" 2>/dev/null || true
if [[ $code != 0 ]]; then
  tail -n 20 "$work/messages"
  echo "fail: the editor ended with code $code"
  exit 1
fi
