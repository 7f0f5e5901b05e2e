# Draws tables of step and loss, one in each file, as SVG.

function bad(what) { fail(ENVIRON["name" log_] ":" FNR, what) }

function isNumber(text) { return text ~ /^-?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$/ }

# Takes a point of a curve. A resumed run repeats the steps after its checkpoint.
function point(curve, step, text, what,    n) {
  if (text == "") return
  if (!isNumber(text)) bad("the " what " is \"" text "\"")
  n = count[log_, curve] + 0
  if (n > 0 && step <= x[log_, curve, n]) return
  n = ++count[log_, curve]
  x[log_, curve, n] = step + 0
  y[log_, curve, n] = text + 0
  if (!points++) { lowX = highX = step; lowY = highY = text + 0 }
  if (step < lowX) lowX = step
  if (step > highX) highX = step
  if (text + 0 < lowY) lowY = text + 0
  if (text + 0 > highY) highY = text + 0
}

BEGIN { FS = "\t" }

{ sub(/\r$/, "") }
FNR == 1 {
  log_++
  split("", column)
  for (i = 1; i <= NF; i++) column[$i] = i
  if (!("step" in column) || !("loss" in column))
    bad("no columns step and loss; expected a table of --log")
  columns = NF
  next
}
{
  if (NF != columns) bad(NF " fields under " columns " names")
  step = $(column["step"])
  if (step !~ /^[0-9]+$/) bad("the step is \"" step "\"")
  point("loss", step + 0, $(column["loss"]), "loss")
  if ("holdout_loss" in column)
    point("held", step + 0, $(column["holdout_loss"]), "held-out loss")
}

# The distance of ticks: 1, 2 or 5 times a power of ten, for at most n of them.
function distance(range, n,    d) {
  for (d = 1; d * n >= range; d /= 10) ;
  for (; d * n < range; d *= 10) ;
  if (d / 5 * n >= range) return d / 5
  return d / 2 * n >= range ? d / 2 : d
}

function floor(v,    n) { n = int(v); return n > v ? n - 1 : n }

function ceiling(v,    n) { n = int(v); return n < v ? n + 1 : n }

function at(step, loss) {
  return sprintf("%.1f,%.1f", left + wide * (step - lowX) / (highX - lowX), \
    top + high * (highY - loss) / (highY - lowY))
}

# The height of a line of least squares through the points around the i-th, the nearest counting
# most (Cleveland 1979, "Robust locally weighted regression and smoothing scatterplots", section
# 2). The window is narrow where a run begins, for the loss falls steeply there.
function smooth(log_, i, half,    n, j, d, w, s0, s1, s2, t0, t1, determinant) {
  n = count[log_, "loss"]
  if (x[log_, "loss", 1] == 0 && (i - 1) / 3 < half) half = int((i - 1) / 3)
  for (j = i - half < 1 ? 1 : i - half; j <= n && j <= i + half; j++) {
    d = (j - i) / (half + 1)
    w = d < 0 ? 1 + d * d * d : 1 - d * d * d
    w = w * w * w
    s0 += w
    s1 += w * d
    s2 += w * d * d
    t0 += w * y[log_, "loss", j]
    t1 += w * d * y[log_, "loss", j]
  }
  determinant = s0 * s2 - s1 * s1
  return determinant > 0 ? (s2 * t0 - s1 * t1) / determinant : t0 / s0
}

# A line through the points of a curve.
function line(log_, curve, half, class,    i) {
  printf "<polyline style=\"stroke:%s\" class=\"%s\" points=\"", colour, class
  for (i = 1; i <= count[log_, curve]; i++)
    printf "%s%s", (i > 1 ? " " : ""), \
      at(x[log_, curve, i], half ? smooth(log_, i, half) : y[log_, curve, i])
  print "\"/>"
}

function dot(cx, cy, title) {
  printf "<circle style=\"stroke:%s\" cx=\"%s\" cy=\"%s\" r=\"3\">%s</circle>\n", \
    colour, cx, cy, title
}

# Notes a line of the legend.
function key(class, text,    n) {
  keys++
  keyClass[keys] = class
  keyColour[keys] = colour
  keyText[keys] = text
  gsub(/[\200-\277]/, "", text) # so that a character counts once
  if (length(text) > longest) longest = length(text)
}

function keyed(    k, from, y) {
  from = left + wide - 60 - 6.8 * longest
  if (from < left + 20) from = left + 20
  printf "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#fff\"/>\n", \
    from - 8, top + 8, left + wide - from + 8, 20 * keys + 8
  for (k = 1; k <= keys; k++) {
    y = top + 2 + 20 * k
    colour = keyColour[k]
    printf "<path style=\"stroke:%s\" class=\"%s\" d=\"M%.1f %dh28\"/>", \
      colour, keyClass[k], from, y
    if (keyClass[k] == "held") dot(from + 14, y)
    printf "<text x=\"%.1f\" y=\"%d\">%s</text>\n", from + 36, y + 4, xml(keyText[k])
  }
}

END {
  if (failed) exit 1
  if (!points) bad("no loss in the table")
  split("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #6a3d9a #555555", colours, " ")
  left = 72; top = 64; wide = 640; high = 400;
  if (highX == lowX) highX = lowX + 1
  dx = distance(highX - lowX, 10)
  if (dx < 1) dx = 1
  if (highY == lowY) { highY += 0.05; lowY -= 0.05 }
  dy = distance(highY - lowY, 9)
  lowY = dy * floor(lowY / dy)
  highY = dy * ceiling(highY / dy)
  for (v = dy; v < 0.999; v *= 10) decimals++

  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"530\""
  print " viewBox=\"0 0 760 530\" role=\"img\" aria-label=\"Training loss\">"
  print "<style>"
  print "text { font: 13px Helvetica, Arial, \"DejaVu Sans\", sans-serif; fill: #222 }"
  print ".x { text-anchor: middle } .y { text-anchor: end }"
  print ".grid { stroke: #e4e4e4 } .axis { stroke: #222; fill: none }"
  print "polyline, path { fill: none; stroke-linejoin: round }"
  print ".faint { opacity: 0.3 } .full { stroke-width: 2 }"
  print ".held { stroke-width: 1.5; stroke-dasharray: 5 3 }"
  print "circle { fill: #fff; stroke-width: 1.5 }"
  print "</style>"
  print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
  printf "<text x=\"%d\" y=\"36\" style=\"font-size:20px;font-weight:bold\">", left
  print "Training loss</text>"
  for (i = 0; (v = lowY + i * dy) <= highY + dy / 2; i++) {
    split(at(lowX, v), place, ",")
    printf "<path class=\"grid\" d=\"M%d %sh%d\"/>", left, place[2], wide
    printf "<text x=\"%d\" y=\"%.1f\" class=\"y\">%s</text>\n", \
      left - 8, place[2] + 4, sprintf("%." decimals + 0 "f", v)
  }
  for (v = dx * ceiling(lowX / dx); v <= highX; v += dx) {
    split(at(v, lowY), place, ",")
    printf "<path class=\"axis\" d=\"M%s %dv5\"/>", place[1], top + high
    printf "<text x=\"%s\" y=\"%d\" class=\"x\">%s</text>\n", place[1], top + high + 20, commas(v)
  }
  printf "<path class=\"axis\" d=\"M%d %dv%dh%d\"/>\n", left, top, high, wide
  printf "<text x=\"%d\" y=\"%d\" class=\"x\">step</text>\n", left + wide / 2, top + high + 46
  printf "<text transform=\"translate(22 %d) rotate(-90)\" class=\"x\">", top + high / 2
  print "loss (nats per token)</text>"

  # The faint lines lie below all others.
  for (k = 1; k <= log_; k++) {
    half[k] = int(count[k, "loss"] / 15)
    if (half[k] > 100) half[k] = 100
    if (half[k] < 3) half[k] = 0
    colour = colours[k]
    if (half[k]) line(k, "loss", 0, "faint")
  }
  for (k = 1; k <= log_; k++) {
    colour = colours[k]
    line(k, "loss", half[k], "full")
    held = sprintf("held out: %.4f at the end", y[k, "held", count[k, "held"]])
    if (log_ > 1) key("full", ENVIRON["name" k] (count[k, "held"] ? ", " held : ""))
    else if (half[k]) { key("faint", "loss"); key("full", "loss, smoothed") }
    else key("full", sprintf("loss: %.4f at the end", y[k, "loss", count[k, "loss"]]))
    if (!count[k, "held"]) continue
    anyHeld = 1
    if (log_ == 1) { colour = colours[2]; key("held", held) }
    line(k, "held", 0, "held")
    for (i = 1; i <= count[k, "held"]; i++) {
      split(at(x[k, "held", i], y[k, "held", i]), place, ",")
      dot(place[1], place[2], sprintf("<title>step %s, held out: %.4f</title>", \
        commas(x[k, "held", i]), y[k, "held", i]))
    }
  }
  colour = "#777"
  if (log_ > 1 && anyHeld) key("held", "held out")
  keyed()
  print "</svg>"
}
