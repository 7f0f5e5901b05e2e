# Draws the table of a model in the text form: SVG, or colours for a terminal with `ansi` in the
# environment.

function bad(what) { fail(ENVIRON["name"], what) }

# A count in at most five characters.
function brief(n,    unit) {
  if (n < 100000) return n ""
  for (unit = 0; n >= 999.5; unit++) n /= 1000
  return sprintf(n < 99.5 ? "%.2g%s" : "%.0f%s", n, substr("kMGTPE", unit, 1))
}

# What the pointer shows.
function shown(r, c) {
  if (kind == "bigram") return percent(x[r, c])
  return ((r, c) in text ? text[r, c] : "0") " (" percent(total ? x[r, c] / total : 0) ")"
}

# Where a value stands on the scale, 0 to 1: the square root lets the small ones be seen.
function scale(v) { return max > 0 ? sqrt(v < max ? v / max : 1) : 0 }

# Whether a value shows as zero.
function none(v) { return v < (kind == "counts" ? 1 : 0.0005) }

function green(t,    i, rgb, channel) {
  t *= 8
  i = t < 8 ? int(t) : 7
  t -= i
  for (channel = 0; channel < 3; channel++)
    rgb = rgb sprintf("%02x", int(ramp[i, channel] * (1 - t) + ramp[i + 1, channel] * t + 0.5))
  return "#" rgb
}

BEGIN {
  FS = "\t"
  limit = 1024 # tokens of a table; mm-count writes more as a list
}

# A byte order mark and carriage returns are passed over, as the tools do.
NR == 1 { sub(/^\357\273\277/, "") }
{ sub(/\r$/, "") }
NR == 1 {
  if (ENVIRON["cut"] && ($1 == "#mm" || index("#mm\t", $0) == 1))
    bad("truncated: the last line has no end")
  if ($1 != "#mm")
    bad("not a model in the text form; mm-count and mm-fit write it with --text, " \
      "and mm-count --merge --text converts counts")
  if ($2 != "1") bad("a model of version \"" $2 "\"; version 1 is known")
  kind = $3
  if (kind == "counts") wanted = "counts"
  else if (kind == "bigram") wanted = "weight"
  else bad("a model of kind \"" kind "\" has no bigrams; those of mm-count and mm-fit have")
  next
}
$1 == "#mm" { bad("more than one model; one is wanted") }
$1 == "#ngrams" && $2 != 2 { bad("a model of order " $2 "; a heatmap needs order 2") }
$1 == "#ngrams" {
  if ($3 !~ /^[0-9]+$/) bad("a number of n-grams that is no number")
  pairs = $3 + 0
  token(".")
  list = 1
  next
}
$1 == "#tensor" {
  mine = $2 == wanted
  if (!mine) next
  type = kind == "counts" ? "I64" : "F32"
  if ($3 != type) bad("a tensor of type " $3 ", not " type)
  if (NF != 5) bad("a model of order " NF - 3 "; a heatmap needs order 2")
  if ($4 != $5) bad("a table that is not square")
  if ($5 !~ /^[1-9][0-9]*$/) bad("a shape that is not a positive integer")
  if ($5 + 0 > limit) bad("a table of " $5 " tokens; a heatmap reads at most " limit)
  V = $5 + 0
  next
}
$1 == "#" && mine {
  if (NF != V + 1) bad("a table of " V " columns with " NF - 1 " labels")
  line = $0
  gsub(/[\302-\337][\200-\277]/, "", line)
  gsub(/[\340-\357][\200-\277][\200-\277]/, "", line)
  gsub(/[\360-\364][\200-\277][\200-\277][\200-\277]/, "", line)
  if (line ~ /[\001-\010\013-\037\177-\377]/) bad("labels that are not UTF-8, or not escaped")
  for (c = 0; c < V; c++) {
    label[c] = $(c + 2)
  }
  next
}
list && !/^#/ {
  cut = first($1)
  if (NF != 2 || cut == "" || first(substr($1, length(cut) + 1)) != substr($1, length(cut) + 1))
    bad("\"" $1 "\" is not the labels of two tokens, a tab and a count")
  if ($2 !~ /^[1-9][0-9]*$/) bad("the count of \"" $1 "\" is \"" $2 "\"")
  r = token(cut)
  c = token(substr($1, length(cut) + 1))
  text[r, c] = $2
  x[r, c] = $2 + 0
  rows++
  next
}
/^#/ || !mine { next }
{
  r = rows++
  if (rows > V) bad("more than the " V " rows that its shape names")
  if (!(0 in label)) bad("a table without labels")
  if ($1 != label[r]) bad("row " rows " is labelled \"" $1 "\", its column \"" label[r] "\"")
  if (NF != V + 1) bad("row \"" $1 "\" has " NF - 1 " numbers; expected " V)
  for (c = 0; c < V; c++) {
    v = $(c + 2)
    if (kind == "counts") {
      if (v !~ /^[0-9]+$/) bad("the count of \"" $1 label[c] "\" is \"" v "\"")
      text[r, c] = v
    } else if (v !~ /^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$/) {
      bad("the weight of \"" $1 label[c] "\" is \"" v "\"")
    }
    x[r, c] = v + 0
  }
}

# The share that a row of logits gives to each token.
function softmax(r,    c, z, top, sum) {
  for (c = 0; c < V; c++) {
    if (c == 0 || x[r, c] > top) top = x[r, c]
  }
  for (c = 0; c < V; c++) {
    z = x[r, c] - top
    x[r, c] = z < -700 ? 0 : exp(z) # an awk may complain of less
    sum += x[r, c]
  }
  for (c = 0; c < V; c++) x[r, c] /= sum
}

END {
  if (failed) exit 1
  if (!V) bad("truncated: the tensor \"" wanted "\" is missing")
  if (list && rows != pairs) bad("truncated: " rows + 0 " of " pairs " n-grams")
  if (!list && rows < V) bad("truncated: " rows + 0 " of " V " rows")
  if (kind == "bigram") for (r = 0; r < V; r++) softmax(r)
  most = ENVIRON["top"] + 0
  if (V > most + 2) keep(most)
  else if (list) keep(V - 1)
  longest = 0
  for (r = 0; r < V; r++) {
    if (width(label[r]) > longest) longest = width(label[r])
    for (c = 0; c < V; c++) {
      total += x[r, c]
      # The sums of the others would leave the rest pale.
      if (x[r, c] > max && !(others && (r == V - 1 || c == V - 1))) max = x[r, c]
    }
  }
  if (kind == "counts") {
    title = "Bigram counts"
    about = commas(total) " bigrams; \".\" is the start and the end of an item"
    scaled = "count, on a square-root scale"
  } else {
    title = "Bigram probabilities"
    about = "softmax of each row of weights; \".\" is the start and the end of an item"
    scaled = "probability in % of the second letter after the first, square-root scale"
  }
  if (others)
    about = about "; the " most " most frequent of " commas(most + others) " characters, the others as rest"
  if (ENVIRON["ansi"]) terminal(); else svg()
}

function pad(text, columns,    n) {
  for (n = width(text); n < columns; n++) text = " " text
  return text
}

# Two columns to a cell, in colours that every terminal of 256 colours has.
function terminal(    colours, n, r, c, i, line, height, swatch, stop) {
  stop = "\033[0m"
  printf "%s: first letter down, second letter across\n%s\n", title, about
  # A label of more than two columns stands upright, its end at the table.
  height = longest > 2 ? longest : 1
  for (i = height; i > 0; i--) {
    line = pad("", longest + 1)
    for (c = 0; c < V; c++) {
      n = length(label[c])
      if (width(label[c]) <= 2) line = line pad(i == 1 ? label[c] : "", 2)
      else line = line pad(i <= n ? substr(label[c], n - i + 1, 1) : "", 2)
    }
    print line
  }
  n = split("231 194 157 114 71 28 22", colours, " ")
  for (r = 0; r < V; r++) {
    line = pad(label[r], longest) " "
    for (c = 0; c < V; c++) {
      i = none(x[r, c]) ? 1 : 2 + int(scale(x[r, c]) * (n - 2) + 0.5)
      line = line "\033[48;5;" colours[i] "m  "
    }
    print line stop
  }
  for (i = 1; i <= n; i++) swatch = swatch "\033[48;5;" colours[i] "m  "
  printf "\n%s 0 %s%s %s\n", pad("", longest - 1), swatch, stop, \
    (kind == "counts" ? commas(max) : percent(max))
  printf "%s %s\n", pad("", longest), scaled
}

# The ticks of the legend: round values, as many as have room.
function ticks(y, bar,    decade, m, v, last, at) {
  tick(0, y, "0")
  tick(bar, y, kind == "counts" ? round(max) : sprintf("%.3g %%", 100 * max))
  last = bar
  for (decade = kind == "counts" ? 1e18 : 10; decade > 0.9; decade /= 10)
    for (m = 5; m > 0; m = int(m / 2)) {
      v = m * decade
      at = bar * scale(kind == "counts" ? v : v / 100)
      if (at > last - 48 || at < 48) continue
      tick(at, y, round(v) (kind == "counts" ? "" : " %"))
      last = at
    }
}

function round(v) { return max < 1000000 ? commas(v) : brief(v) }

function tick(at, y, text) {
  printf "<path d=\"M%.1f %dv4\" stroke=\"#173d24\"/>", left + at, y
  printf "<text x=\"%.1f\" y=\"%d\" class=\"k\">%s</text>\n", left + at, y + 17, text
}

function svg(    big, cell, font, r, c, i, t, em, top, side, bar, w, h, y, n, hex, class) {
  n = split("f7fcf5 e5f5e0 c7e9c0 a1d99b 74c476 41ab5d 238b45 006d2c 00441b", hex, " ")
  for (i = 0; i < n; i++)
    for (c = 0; c < 3; c++)
      ramp[i, c] = 16 * (index("0123456789abcdef", substr(hex[i + 1], 2 * c + 1, 1)) - 1) + \
        index("0123456789abcdef", substr(hex[i + 1], 2 * c + 2, 1)) - 1

  big = V <= 40
  cell = big ? 36 : 14
  font = big ? 15 : 11
  em = font * 0.61 # the width of a character
  left = int(58 + longest * em)
  top = int(108 + (longest * em >= cell ? longest * em : font)) # a label too wide is turned
  side = V * cell
  bar = 320
  w = left + (side < 480 ? 480 : side) + 32
  h = top + side + 112

  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\"", w, h
  printf " viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", w, h, title
  print "<style>"
  print "text { font-family: Helvetica, Arial, \"DejaVu Sans\", sans-serif; fill: #173d24 }"
  print ".l { font: " font "px Menlo, Consolas, \"DejaVu Sans Mono\", monospace }"
  print ".a { font-size: 14px; font-style: italic; text-anchor: middle }"
  print ".k { font-size: 12px; text-anchor: middle }"
  print ".c text { font-size: 10px; text-anchor: middle; fill: #0b1f12 }"
  print ".c .b { font-size: 11px }"
  print ".c .z text { fill: #66806e }"
  print ".c .w text { fill: #fff }"
  print ".c g:hover rect { stroke: #d95f02; stroke-width: 2 }"
  print "</style>"
  printf "<defs><linearGradient id=\"green\">"
  for (i = 0; i < n; i++)
    printf "<stop offset=\"%s\" stop-color=\"#%s\"/>", i / (n - 1), hex[i + 1]
  print "</linearGradient></defs>"
  print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
  printf "<text x=\"%d\" y=\"42\" font-size=\"22\" font-weight=\"bold\">%s</text>\n", left, title
  printf "<text x=\"%d\" y=\"64\" font-size=\"13\">%s</text>\n", left, xml(about)
  printf "<text x=\"%d\" y=\"94\" class=\"a\">second letter</text>\n", left + side / 2
  printf "<text transform=\"translate(36 %d) rotate(-90)\" class=\"a\">first letter</text>\n", \
    top + side / 2

  for (i = 0; i < V; i++) {
    y = int(i * cell + cell / 2)
    printf "<text x=\"%d\" y=\"%d\" class=\"l\" text-anchor=\"end\">%s</text>", \
      left - 8, top + y + int(font / 3), xml(label[i])
    if (width(label[i]) * em >= cell)
      printf "<text transform=\"translate(%d %d) rotate(-90)\" class=\"l\">%s</text>\n", \
        left + y + int(font / 3), top - 8, xml(label[i])
    else
      printf "<text x=\"%d\" y=\"%d\" class=\"l\" text-anchor=\"middle\">%s</text>\n", \
        left + y, top - 8, xml(label[i])
  }

  print "<g class=\"c\">"
  for (r = 0; r < V; r++) {
    printf "<g transform=\"translate(%d %d)\">\n", left, top + r * cell
    for (c = 0; c < V; c++) {
      t = scale(x[r, c])
      class = !big ? "" : t > 0.73 ? " class=\"w\"" : none(x[r, c]) ? " class=\"z\"" : ""
      printf "<g%s><title>%s: %s</title>", class, xml(label[r] label[c]), shown(r, c)
      printf "<rect x=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>", \
        c * cell, cell - 1, cell - 1, green(t)
      if (big) {
        i = c * cell + (cell - 1) / 2
        if (width(label[r]) + width(label[c]) < 6)
          printf "<text x=\"%s\" y=\"15\" class=\"b\">%s</text>", i, xml(label[r] label[c])
        printf "<text x=\"%s\" y=\"28\">%s</text>", i, \
          (kind == "counts" ? brief((r, c) in text ? text[r, c] : 0) : sprintf("%.1f", 100 * x[r, c]))
      }
      print "</g>"
    }
    print "</g>"
  }
  print "</g>"

  y = top + side + 34
  printf "<text x=\"%d\" y=\"%d\" font-size=\"13\">%s</text>\n", left, y, scaled
  printf "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"14\"", left, y + 12, bar
  print " fill=\"url(#green)\" stroke=\"#173d24\" stroke-width=\"0.5\"/>"
  ticks(y + 26, bar)
  print "</svg>"
}
