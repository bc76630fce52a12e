#!/bin/sh
# Run the first Python 3.11 or later of this machine with the given arguments. PYTHON=... names another one.
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 /usr/bin/python3; do
  [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
    exec "$candidate" "$@"
done
echo "Jiangli needs Python 3.11 or later. On Debian 12: apt install python3 python3-venv. Or name one: make PYTHON=/path/to/python3.11
匠励需要 Python 3.11 或更新版本。Debian 12：apt install python3 python3-venv；或指定：make PYTHON=/path/to/python3.11" >&2
exit 1
