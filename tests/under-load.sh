#!/usr/bin/env bash
# Runs a command, `npm test` unless another is given, beside a busy loop for each core and a writer to the disk: what passes on a
# quiet machine has to pass here too.
set -uo pipefail
cd "$(dirname "$0")/.."

file=$(mktemp "${TMPDIR:-/tmp}/hostscope-load-XXXXXX")
load=()
end() {
  kill -KILL "${load[@]}" 2>/dev/null
  rm -f "$file"
}
trap end EXIT

for _ in $(seq "$(nproc)"); do
  while :; do :; done &
  load+=($!)
done
while :; do
  dd if=/dev/zero of="$file" bs=1M count=256 conv=fdatasync 2>/dev/null
done &
load+=($!)

started=$SECONDS
if [ $# -eq 0 ]; then set -- npm test; fi
"$@"
status=$?
echo "$((SECONDS - started)) s under load; load average $(cut -d' ' -f1-3 /proc/loadavg)" >&2
exit "$status"
