#!/usr/bin/env bash
# Tests scripts/compare-builds: it finds what differs between two builds, and nothing else.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/EndToEnd/lib.bash

# A build whose mm-loss says another word, and whose mm-gpt writes one letter more into its log.
build=$(dirname "$(command -v mm-count)")
mkdir "$directory/altered"
ln -s "$build"/mm-{count,fit,sample} "$directory/altered"
cat >"$directory/altered/mm-loss" <<END
#!/bin/sh
case "\$*" in
  'names.counts names.txt') "$build/mm-loss" "\$@" | tr p P ;;
  *) exec "$build/mm-loss" "\$@" ;;
esac
END
cat >"$directory/altered/mm-gpt" <<END
#!/bin/sh
case "\$*" in
  *'stopped --log'*) "$build/mm-gpt" "\$@" && echo x >>gpt.log ;;
  *) exec "$build/mm-gpt" "\$@" ;;
esac
END
chmod +x "$directory"/altered/mm-{loss,gpt}

run scripts/compare-builds --stderr "$build" "$directory/altered"
equals 1 "$status" "the status where builds differ"
[ ! -s "$err" ] || die "said: $(head -c 500 "$err")"
equals "standard output: mm-loss names.counts names.txt
file gpt.log: mm-gpt --resume stopped --log gpt.log names.txt && untimed gpt.log" \
  "$(sed '$d' "$out")" "the differences"
equals '2 differences' "$(tail -n 1 "$out" | sed 's/^[0-9]* commands, //')" "their number"
commands=$(tail -n 1 "$out" | cut -d ' ' -f 1)
[ "$commands" -ge 30 ] || die "$commands commands; at least 30 are wanted"

hint="Try 'scripts/compare-builds --help' for more information."
run scripts/compare-builds "$build"
said 2 "compare-builds: two folders are wanted, not 1"$'\n'"$hint"
run scripts/compare-builds "$build" Sources
said 2 "compare-builds: Sources holds no mm-count"$'\n'"$hint"
