# What a heatmap of a large alphabet takes: tokens that are numbered as they come, and the most frequent of
# them chosen, the others summed up.

# The label that a text begins with.
function first(text,    n) {
  if (match(text, /^\\u\{[0-9A-Fa-f]+\}/)) return substr(text, 1, RLENGTH)
  n = text ~ /^\\/ ? 2 : text ~ /^[\001-\177]/ ? 1 : text ~ /^[\302-\337]/ ? 2 : \
    text ~ /^[\340-\357]/ ? 3 : 4
  return substr(text, 1, n)
}

# The number of a token of a list, which is new where its label is.
function token(name) {
  if (!(name in number)) {
    number[name] = V++
    label[V - 1] = name
  }
  return number[name]
}

# What labels are ordered by: about their code points, the boundary first.
function place(name) {
  if (name == ".") return ""
  if (name == "\\s") return " "
  if (name ~ /^\\[.#\\]$/) return substr(name, 2)
  return name ~ /^\\u/ ? "\177" name : name
}

# How often each token comes, if the probabilities are followed from the boundary on.
function visits(mass,    step, r, c, next_) {
  mass[0] = 1
  for (c = 1; c < V; c++) mass[c] = 0
  for (step = 0; step < 8; step++) {
    for (c = 0; c < V; c++) next_[c] = mass[c] # half stays, so that it settles
    for (r = 0; r < V; r++)
      if (mass[r] > 0) for (c = 0; c < V; c++) next_[c] += mass[r] * x[r, c]
    for (c = 0; c < V; c++) mass[c] = next_[c] / 2
  }
}

# The mass of the tokens that are summed up.
function rest(mass, to, last,    c) {
  if (rest_ == "") {
    rest_ = 0
    for (c = 0; c < V; c++) if (to[c] == last) rest_ += mass[c]
  }
  return rest_ > 0 ? rest_ : 1
}

# Keeps the boundary and the most frequent characters, in their order, and sums the others up.
function keep(most,    mass, r, c, i, n, best, to, order, kept, sums, counted, name) {
  if (kind == "bigram") visits(mass)
  else {
    for (c = 0; c < V; c++) mass[c] = 0
    for (i in x) {
      split(i, pair, SUBSEP)
      mass[pair[1]] += x[i]
      mass[pair[2]] += x[i]
    }
  }
  to[0] = 0
  for (n = 1; n <= most; n++) {
    best = -1
    for (c = 1; c < V; c++)
      if (!(c in to) && (best < 0 || mass[c] > mass[best])) best = c
    to[best] = -1
    # Into its place among those before.
    for (i = n; i > 1 && place(label[order[i - 1]]) > place(label[best]); i--) order[i] = order[i - 1]
    order[i] = best
  }
  for (i = 1; i <= most; i++) {
    to[order[i]] = i
    kept[i] = label[order[i]]
  }
  for (c = 0; c < V; c++) if (!(c in to)) to[c] = most + 1
  for (i in x) {
    split(i, pair, SUBSEP)
    r = to[pair[1]]
    c = to[pair[2]]
    counted[r, c]++
    # Rows of probabilities are averaged.
    sums[r, c] += kind == "bigram" && r == most + 1 ? x[i] * mass[pair[1]] / rest(mass, to, most + 1) : x[i]
    if (counted[r, c] == 1 && i in text) name[r, c] = text[i]
    else name[r, c] = sprintf("%.0f", sums[r, c])
  }
  others = V - 1 - most
  split("", x)
  split("", text)
  for (i in sums) {
    split(i, pair, SUBSEP)
    x[i] = sums[i]
    if (kind == "counts") text[i] = name[i]
  }
  V = most + 2
  for (i = 1; i <= most; i++) label[i] = kept[i]
  label[most + 1] = "rest"
}
