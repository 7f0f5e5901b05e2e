# Prints the GFLOP of a step of training on the lines of a file, with a batch of B items, L layers,
# C channels and blocks of T tokens, the mean of random batches: six for each weight and distinct
# prefix of a batch, and twelve for each channel, layer and pair of a prefix and one that it attends
# to.

{
  line[NR] = $0
  for (i = 1; i <= length($0); i++) V[substr($0, i, 1)] = 1
}

# Counts the prefixes of an item, in each of its windows.
function take(text,    tokens, start, n, prefix) {
  tokens = length(text) + 1
  for (start = 0; start == 0 || start + T - int(T / 2) < tokens; start += int(T / 2))
    for (n = 1; n <= T && start + n <= tokens; n++) {
      prefix = (start ? "" : "^") substr(text, start ? start : 1, start ? n : n - 1)
      if (prefix in seen) continue
      seen[prefix] = 1
      nodes++
      pairs += n
    }
}

END {
  srand(1)
  rounds = B < 64 ? 64 : 4
  for (round = 0; round < rounds; round++) {
    split("", seen)
    for (item = 0; item < B; item++) take(line[1 + int(rand() * NR)])
  }
  weights = 12 * L * C * C + (length(V) + 1) * C
  print (nodes * 6 * weights + 12 * C * L * pairs) / rounds / 1e9
}
