# Draws a table of losses by order as SVG.

function bad(what) { fail(ENVIRON["name"] ":" NR, what) }

BEGIN { FS = "\t" }

{ sub(/\r$/, "") }
NR == 1 {
  columns = NF
  if (NF < 2 || $1 != "order")
    bad("no columns order and losses; expected a table of losses by order")
  for (i = 2; i <= NF; i++) title[i] = $i
  next
}
{
  if (NF != columns) bad(NF " fields under " columns " names")
  if ($1 !~ /^[0-9]+$/) bad("the order is \"" $1 "\"")
  order[++rows] = $1 + 0
  for (i = 2; i <= NF; i++) {
    if ($i != "inf" && !isNumber($i)) bad("the loss is \"" $i "\"")
    loss[i, rows] = $i
    if (rows > 1 && $i != loss[i, 1]) varies[i] = 1
    if ($i == "inf") { infinities = 1; continue }
    include($1 + 0, $i + 0)
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
      "<title>" xml(title[i]) ", order " order[k] ": " loss[i, k] "</title>")
  }
}

# Names a column at its end; one that does not vary, above its start.
function name(i, class,    last, place) {
  last = loss[i, rows]
  split(at(order[class == "full" ? rows : 1], last == "inf" ? highY : last), place, ",")
  printf "<text x=\"%.1f\" y=\"%.1f\">%s", place[1] + (class == "full" ? 10 : 4), \
    place[2] + (class != "full" ? -6 : last == "inf" ? 14 : 4), xml(title[i])
  if (i in least) printf "%s%.4f</text>\n", (i in varies) ? ", least " : ": ", least[i]
  else print ": inf</text>"
}

END {
  if (failed) exit 1
  if (!points) bad("no loss in the table")
  if (infinities) highY += (highY - lowY) / 8
  plot(72, 64, 480, 400)
  frame("Held-out loss by order", "order", "loss (nats per token)")
  for (i = 2; i <= columns; i++) {
    colour = colours[(i - 2) % 8 + 1]
    class = rows > 1 && !(i in varies) && (i in least) ? "held" : "full"
    draw(i, class)
    name(i, class)
  }
  print "</svg>"
}
