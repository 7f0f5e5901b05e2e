# The rows of scripts/bench for n-grams beyond bigrams, and its table of what grows. Sourced by it.

seconds() { calc "$us / 1e6" %.2f; }

# KenLM's words have spaces between them; here each character is a word.
spaced() { LC_ALL=C.UTF-8 sed -e 's/ /_/g' -e 's/./& /g' "$1"; }

# What KenLM does with the spaced text: estimates a model, and scores the text under it.
lmplz_text() { lmplz -o "$order" --discount_fallback -T "$directory/" <"$text" >"$arpa" 2>"$error"; }
query_text() { query -v summary "$arpa.binary" <"$text" 2>"$error"; }

# measure COMMAND...: sets `us` and `peak` to the time and the memory of a command.
measure() {
  best 3 "$@"
  memory "$@"
}

# rows WHAT COMMAND...: the time and the memory that were measured last, beside those of a command of
# KenLM's.
rows() {
  local what=$1 ours=$us ours_peak=$peak
  shift
  if [ -n "$kenlm" ]; then
    measure "$@"
    row "$what" "$(calc "$ours / 1e6" %.2f) s" "KenLM: $(seconds) s" "$(ratio "$us" "$ours")"
    row "its memory" "$ours_peak MB" "KenLM: $peak MB" "$(ratio "$peak" "$ours_peak")"
  else
    row "$what" "$(seconds) s" "" ""
    row "its memory" "$peak MB" "" ""
  fi
}

# list NAME FILE: rows for a list of words and its n-grams of `order`.
list() {
  local name=$1 file=$2
  [ -z "$kenlm" ] || spaced "$file" >"$text"
  measure mm-count --threads 1 --order "$order" "$file"
  rows "mm-count, $name, order $order" lmplz_text
  [ -z "$kenlm" ] || build_binary "$arpa" "$arpa.binary" >"$error" 2>&1
  mm-count --order "$order" "$file" >"$model"
  measure mm-loss --threads 1 --smooth kn "$model" "$file"
  rows "mm-loss --smooth kn of it" query_text
}

# Rows for names and for the lists of the command line, beside KenLM where it is on the PATH.
ngram_rows() {
  local kenlm='' order=6 items=300000 list i
  local model=$directory/model text=$directory/text arpa=$directory/arpa error=$directory/error
  if command -v lmplz build_binary query >"$error"; then
    kenlm=1
  else
    row "beside KenLM" "" "skipped: no lmplz on the PATH" ""
  fi
  for ((i = 0; i < 100; i++)); do cat names.txt; done >"$directory/names"
  list "23 MB of names" "$directory/names"
  for list in "${lists[@]}"; do
    order=${list##*:}
    file=${list%:*}
    list "${file##*/}" "$file"
  done

  mm-count --order 6 names.txt >"$model"
  first() { mm-sample -n inf --seed 1 --smooth kn --threads 1 "$model" | head -n 1 || :; }
  best 9 first
  row "first name of mm-sample --smooth kn" "$(calc "$us / 1000") ms" "within 100 ms" ""
  best 3 mm-sample -n $items --seed 1 --smooth kn --threads 1 "$model"
  row "mm-sample --smooth kn, order 6" "$(calc "$items * 1e6 / $us") names/s" "" ""
}

# What grows with the text: first and last names at random, whose n-grams grow in number too.
growth() {
  local megabytes tokens grams model=$directory/model text=$directory/text
  echo "Order 6, one thread, text of first and last names; per token, and per n-gram"
  cells() { printf '%8s  %10s  %9s %9s %9s  %9s %9s\n' "$@"; }
  cells text n-grams mm-count memory "" mm-loss memory
  for megabytes in 1 10 100 1000; do
    awk -v bytes="${megabytes}000000" -f scripts/pairs.awk names.txt >"$text"
    tokens=$(wc -c <"$text")
    measure mm-count --threads 1 --order 6 "$text"
    count=$us count_peak=$peak
    mm-count --order 6 "$text" >"$model"
    grams=$(head -c 2000 "$model" | LC_ALL=C grep -ao '"shape":\[[0-9]*' | head -n 1 | tr -dc 0-9)
    measure mm-loss --threads 1 --smooth kn "$model" "$text"
    cells "$megabytes MB" "$grams" "$(calc "$count * 1000 / $tokens" %.1f) ns" \
      "$(calc "$count_peak * 1e6 / $tokens" %.2f) B" "$(calc "$count_peak * 1e6 / $grams") B" \
      "$(calc "$us * 1000 / $tokens" %.1f) ns" "$(calc "$peak * 1e6 / $tokens" %.2f) B"
  done
}
