#!/usr/bin/env bash
# Installs @tensorflow/tfjs-node 4.22.0 into FOLDER (default: ./tfjs-node) and compiles its add-on against the library of the
# PyPI wheel tensorflow-cpu 2.21. For Linux, where no prebuilt binary can be had. Done once; later runs see that it is there.
# Prints what to set to use it.
set -euo pipefail
folder="$(mkdir -p "${1:-tfjs-node}" && cd "${1:-tfjs-node}" && pwd)"
addon="$folder/node_modules/@tensorflow/tfjs-node"
binding="$addon/lib/napi-v8/tfjs_binding.node"
[ -x "$folder/python/bin/python" ] || "${PYTHON:-python3}" -m venv "$folder/python"
site="$("$folder/python/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["platlib"])')"
tf="$site/tensorflow"
if [ ! -f "$binding" ]; then
  [ -f "$tf/libtensorflow_cc.so.2" ] || "$folder/python/bin/python" -m pip install --quiet tensorflow-cpu==2.21.0
  [ -f "$folder/package.json" ] || printf '{"name":"tfjs-node-build","private":true}\n' > "$folder/package.json"
  # Without scripts: the package's own would download a binary.
  (cd "$folder" && npm install --ignore-scripts --no-audit --no-fund --save-exact @tensorflow/tfjs-node@4.22.0)
  mkdir -p "$addon/deps/lib" "$addon/lib/napi-v8"
  ln -sfn "$tf/include" "$addon/deps/include"
  ln -sfn "$tf/libtensorflow_cc.so.2" "$addon/deps/lib/libtensorflow.so"
  ln -sfn "$tf/libtensorflow_cc.so.2" "$addon/deps/lib/libtensorflow_cc.so.2"
  ln -sfn "$tf/libtensorflow_framework.so.2" "$addon/deps/lib/libtensorflow_framework.so"
  ln -sfn "$tf/libtensorflow_framework.so.2" "$addon/deps/lib/libtensorflow_framework.so.2"
  prefix="$(node -p 'require("path").dirname(require("path").dirname(process.execPath))')"
  flags=(--napi_build_version=8 --module_name=tfjs_binding --module_path=./lib/napi-v8)
  if [ -f "$prefix/include/node/node_api.h" ]; then flags+=("--nodedir=$prefix"); fi
  gyp="$(dirname "$(readlink -f "$(command -v npm)")")/../node_modules/node-gyp/bin/node-gyp.js"
  (cd "$addon" && node "$gyp" rebuild "${flags[@]}")
  cp "$addon/build/Release/tfjs_binding.node" "$binding"
fi
printf 'NODE_PATH=%s LD_LIBRARY_PATH=%s\n' "$folder/node_modules" "$tf"
