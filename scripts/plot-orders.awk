# Draws a table of losses by order, or by items on a logarithmic scale, as SVG.

function bad(what) { fail(ENVIRON["name"] ":" NR, what) }

BEGIN { FS = "\t" }

{ sub(/\r$/, "") }
NR == 1 {
  columns = NF
  if (NF < 2 || $1 != "order" && $1 != "items")
    bad("no columns order, or items, and losses; expected a table of losses by order or items")
  what = $1
  logarithmic = what == "items"
  for (i = 2; i <= NF; i++) title[i] = $i
  next
}
{
  if (NF != columns) bad(NF " fields under " columns " names")
  if ($1 !~ /^[0-9]+$/ || logarithmic && $1 == 0) bad(what " is \"" $1 "\"")
  order[++rows] = logarithmic ? log($1) / log(10) : $1 + 0
  text[rows] = $1
  for (i = 2; i <= NF; i++) {
    if ($i != "inf" && !isNumber($i)) bad("the loss is \"" $i "\"")
    loss[i, rows] = $i
    if (rows > 1 && $i != loss[i, 1]) varies[i] = 1
    if ($i == "inf") { infinities = 1; continue }
    include(order[rows], $i + 0)
    if (!(i in least) || $i + 0 < least[i]) least[i] = $i + 0
  }
}

# Draws a column: a curve, its points, and arrows upwards where it is infinite.
function draw(i, class,    k, place, line) {
  for (k = 1; k <= rows; k++)
    if (loss[i, k] != "inf") line = line (line == "" ? "" : " ") at(order[k], loss[i, k])
  if (line != "")
    printf "<polyline style=\"stroke:%s\" class=\"%s\" points=\"%s\"/>\n", colour, class, line
  for (k = 1; k <= rows && class == "full"; k++) {
    split(at(order[k], loss[i, k] == "inf" ? highY : loss[i, k]), place, ",")
    if (loss[i, k] == "inf")
      printf "<path style=\"stroke:%s\" class=\"full\" d=\"M%s %sm-4 8l4 -6l4 6m-4 -6v16\"/>\n", \
        colour, place[1], place[2]
    else dot(place[1], place[2], \
      "<title>" xml(title[i]) ", " what " " text[k] ": " loss[i, k] "</title>")
  }
}

# Where the name of a column belongs: at its end; of one that does not vary, above its start.
function nameX(i) { return split(at(order[dashed[i] ? 1 : rows], highY), place, ",") ? place[1] + (dashed[i] ? 4 : 10) : 0 }

function nameY(i,    last) {
  last = loss[i, rows]
  split(at(order[rows], last == "inf" ? highY : last), place, ",")
  return place[2] + (dashed[i] ? -6 : last == "inf" ? 14 : 4)
}

# Writes the names, from above to below; at the right end each as far down as the one before demands.
function names(    i, n, next_, y, last) {
  for (n = 2; n <= columns; n++) {
    next_ = 0
    for (i = 2; i <= columns; i++) if (!(i in named) && (!next_ || nameY(i) < nameY(next_))) next_ = i
    named[next_]
    y = nameY(next_)
    if (!dashed[next_]) {
      if (last != "" && y < last + 15) y = last + 15
      last = y
    }
    printf "<text x=\"%.1f\" y=\"%.1f\">%s", nameX(next_), y, xml(title[next_])
    if (next_ in least) printf "%s%.4f</text>\n", (next_ in varies) ? ", least " : ": ", least[next_]
    else print ": inf</text>"
  }
}

END {
  if (failed) exit 1
  if (!points) bad("no loss in the table")
  if (infinities) highY += (highY - lowY) / 8
  plot(72, 64, 480, 400)
  frame("Held-out loss by " what, what, "loss (nats per token)")
  for (i = 2; i <= columns; i++) {
    colour = colours[(i - 2) % 8 + 1]
    dashed[i] = rows > 1 && !(i in varies) && (i in least)
    draw(i, dashed[i] ? "held" : "full")
  }
  names()
  print "</svg>"
}
