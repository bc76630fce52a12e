#!/bin/sh
# Write the lock files from pyproject.toml: hashed, for Python 3.11 and later, naming no host.
# Pins stay as they are unless pyproject.toml forbids them; `make lock ARGS=--upgrade` takes newer ones.
set -eu
cd "$(dirname "$0")/.."

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  uv=var/uv/bin/uv
  [ -x "$uv" ] || { sh tools/python.sh -m venv var/uv && var/uv/bin/python -m pip install --quiet uv; }
fi

compile() {  # compile OUTPUT INPUT [option...]
  output=$1; shift
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
    --output-file "$output" $options "$@"
  echo "wrote $output"
}

extra() {  # the requirements of one extra of pyproject.toml
  sh tools/python.sh - "$1" <<'PYTHON'
import pathlib, sys, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
print(*project["optional-dependencies"][sys.argv[1]], sep="\n")
PYTHON
}

options=$*
compile requirements.lock pyproject.toml --extra service
compile requirements-dev.lock pyproject.toml --extra service --group dev --constraint requirements.lock
for name in node ocr spark; do
  extra "$name" | compile "requirements-$name.lock" - --constraint requirements.lock
done
extra bench | compile requirements-bench.lock - --constraint requirements-dev.lock  # beside dev, so at its versions
echo "virtualenv>=20.30" | compile tools/virtualenv.lock -
