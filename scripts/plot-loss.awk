# Draws tables of step and loss, one in each file, as SVG.

function bad(what) { fail(ENVIRON["name" log_] ":" FNR, what) }

# Takes a point of a curve. A resumed run repeats the steps after its checkpoint.
function point(curve, step, text, what,    n) {
  if (text == "") return
  if (!isNumber(text)) bad("the " what " is \"" text "\"")
  n = count[log_, curve] + 0
  if (n > 0 && step <= x[log_, curve, n]) return
  n = ++count[log_, curve]
  x[log_, curve, n] = step + 0
  y[log_, curve, n] = text + 0
  include(step, text + 0)
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
  plot(72, 64, 640, 400)
  frame("Training loss", "step", "loss (nats per token)")

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
