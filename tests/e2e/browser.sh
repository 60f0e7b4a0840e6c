#!/usr/bin/env bash
# Runs a trainer in a real browser without a screen: in a page that is cross-origin isolated, with threads, and in one that
# is not; and an editor with the language and nnc in a page; and the panel of a training in VS Code. Chromium comes from
# the PATH, or is installed with apt-get. Ends with 1 where something failed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

find_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome || true; }
if [[ -z $(find_browser) ]]; then
  echo "Chromium is not installed: apt-get installs it"
  as_root=()
  if [[ $(id -u) != 0 ]]; then as_root=(sudo); fi
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" apt-get install -y --no-install-recommends chromium; } >"$log" 2>&1; then
    tail -n 5 "$log"
    echo "fail: Chromium could not be installed; put chromium on the PATH"
    exit 1
  fi
fi
browser=$(find_browser)
node "$here/browser.mjs" "$browser"
node "$here/codemirror.mjs" "$browser"
node "$here/panel.mjs" "$browser"
