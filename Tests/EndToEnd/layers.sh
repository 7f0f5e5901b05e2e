#!/usr/bin/env bash
# The folders of Sources/Shared are a line: a file names only what its own folder declares and those
# before it, and siblings leave each other alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
source Tests/EndToEnd/lib.bash

order='Libc System Random Kernels Text ModelFile Prefixes Measures NGram GPT Mixture Training CommandLine Tools'
siblings='NGram:GPT GPT:NGram CommandLine:NGram CommandLine:GPT CommandLine:Mixture CommandLine:Training'

# complaints FOLDER: a line for each name that is used above the folder that declares it. Seen are
# types, and members that an extension adds to a type of another folder, where no other folder
# declares a member of that name, nor the standard library (`store`).
complaints() {
  find "$1" -name '*.swift' | sort | xargs awk -v order="$order" -v siblings="$siblings" '
    BEGIN {
      n = split(order, folders, " "); for (i = 1; i <= n; i++) level[folders[i]] = i
      several["store"] = 1
      n = split(siblings, pairs, " "); for (i = 1; i <= n; i++) apart[pairs[i]] = 1
    }
    FNR == 1 {
      n = split(FILENAME, path, "/"); folder = path[n - 1]; extended = ""
      if (!(folder in level)) print FILENAME ": a folder that has no place in the line"
    }
    { sub(/^ *\/\/.*/, ""); line[NR] = $0; place[NR] = FILENAME ":" FNR; at[NR] = folder }
    match($0, /^(public |package |final |indirect )*(struct|class|enum|protocol|typealias|actor) /) {
      name = substr($0, RLENGTH + 1); sub(/[^A-Za-z0-9_].*/, "", name); home[name] = folder
      extended = ""
    }
    /^extension / { extended = $2; sub(/[^A-Za-z0-9_.].*/, "", extended) }
    match($0, /^  (public |package |static |mutating |private |fileprivate )*(func|var|let) /) {
      name = substr($0, RLENGTH + 1); sub(/[^A-Za-z0-9_].*/, "", name)
      if (name != "") { members++; member[members] = name; of[members] = extended; from[members] = folder }
    }
    function check(i, name, target, what) {
      if (target == at[i]) return
      if (level[target] > level[at[i]] || (at[i] ":" target) in apart)
        print place[i] ": " at[i] " uses " what name " of " target
    }
    END {
      for (m = 1; m <= members; m++) {
        name = member[m]
        if (!(name in declared)) declared[name] = from[m]
        else if (declared[name] != from[m]) several[name] = 1
        if (of[m] != "" && home[of[m]] != from[m]) added[name] = 1
      }
      for (i = 1; i <= NR; i++) {
        rest = line[i]; before = " "
        while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
          name = substr(rest, RSTART, RLENGTH)
          if (RSTART > 1) before = substr(rest, RSTART - 1, 1)
          rest = substr(rest, RSTART + RLENGTH)
          if (before != "." && name in home) check(i, name, home[name], "")
          if (before == "." && name in added && !(name in several))
            check(i, name, declared[name], "the member ")
          before = " "
        }
      }
    }'
}

found=$(complaints Sources/Shared)
equals '' "$found" 'the line of folders'

# A circle would be seen: through a type, and through a member of an extension.
mkdir "$directory/Text" "$directory/NGram"
echo 'struct Words { let counts: Counts }' >"$directory/Text/Words.swift"
printf '%s\n' 'struct Counts {}' 'extension Words {' '  var total: Int { 0 }' '}' >"$directory/NGram/Counts.swift"
printf '%s\n' 'let total = Words().total' >"$directory/Text/Total.swift"
equals 2 "$(complaints "$directory" | grep -c 'Text uses')" 'complaints of a circle'
