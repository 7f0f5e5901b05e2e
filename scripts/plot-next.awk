# Draws the distributions of a word's tokens: SVG, or a line for each with `ansi` in the environment. The
# first file has what mm-loss --per-token writes of the word; the second, for each token, what
# mm-sample --next writes, and an empty line.

BEGIN {
  FS = "\t"
  high = 320; left = 52; top = 44; bar = 40; gap = 8 # in pixels
}

# A label as people read it.
function readable(label) {
  if (label == ".") return "end"
  if (label == "\\.") return "."
  return label == "\\s" ? "␣" : label
}

FNR == NR { wanted[FNR] = $3; next }
FNR == 1 { step = 1 }
$0 == "" { step++; next }
{
  token[step, ++count[step]] = $1
  prob[step, count[step]] = $2
  if ($1 == wanted[step]) place[step] = count[step]
}

function line(s,    i, shown, p, text) {
  p = prob[s, place[s]]
  text = readable(wanted[s])
  for (i = width(text); i < 5; i++) text = text " "
  for (i = 1; i <= 40; i++) text = text (i <= 40 * p + 0.5 ? "█" : "░")
  text = text sprintf(" %8s  ", percent(p))
  for (i = 1; i <= count[s] && shown < 5 && prob[s, i] >= 0.01; i++) {
    if (i == place[s]) continue
    text = text " " readable(token[s, i]) sprintf(" %.0f%%", 100 * prob[s, i])
    shown++
  }
  print text
}

# A part of a bar, from `low` up to `low + p` of its height.
function part(x, low, p, class, title, label) {
  printf "<g class=\"%s\"><title>%s: %s</title>", class, xml(title), percent(p)
  printf "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>", \
    x, top + high * (1 - low - p), bar, high * p
  if (high * p >= 13)
    printf "<text x=\"%d\" y=\"%.1f\">%s</text>", \
      x + bar / 2, top + high * (1 - low - p / 2) + 4.5, xml(label)
  print "</g>"
}

function column(s,    i, x, low, p, rest, tokens, label) {
  x = left + (s - 1) * (bar + gap)
  for (i = 1; i <= count[s]; i++) {
    p = prob[s, i]
    if (i != place[s] && high * p < 2) { # too thin to be seen
      rest += p
      tokens++
      continue
    }
    label = readable(token[s, i])
    part(x, low, p, i == place[s] ? "is" : "may", label, label)
    low += p
  }
  if (rest > 0) part(x, low, rest, "rest", commas(tokens) " others", "")
  label = readable(wanted[s])
  printf "<text x=\"%d\" y=\"%d\" class=\"word\">%s</text>\n", x + bar / 2, top + high + 22, xml(label)
  printf "<text x=\"%d\" y=\"%d\" class=\"p\">%s</text>\n", \
    x + bar / 2, top + high + 40, percent(prob[s, place[s]])
}

function picture(    s, w, h, title) {
  title = "How sure the model is of each letter"
  w = left + (step - 1) * (bar + gap) + 12
  if (w < 340) w = 340
  h = top + high + 56
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\"", w, h
  print " viewBox=\"0 0 " w " " h "\" role=\"img\" aria-label=\"" title ": " xml(ENVIRON["word"]) "\">"
  print "<style>"
  print "text { font: 13px Helvetica, Arial, \"DejaVu Sans\", sans-serif; fill: #222; text-anchor: middle }"
  print ".may rect { fill: #dde3ea; stroke: #fff } .rest rect { fill: #f3f3f3; stroke: #fff }"
  print ".is rect { fill: #0072b2; stroke: #fff } .is text { fill: #fff; font-weight: bold }"
  print ".title { font-size: 14px; font-weight: bold; text-anchor: start } .y { text-anchor: end }"
  print ".word { font-size: 17px; font-weight: bold } .p { font-size: 11px }"
  print "</style>"
  print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
  print "<text x=\"12\" y=\"26\" class=\"title\">" title "</text>"
  for (s = 0; s <= 2; s++)
    printf "<text x=\"%d\" y=\"%d\" class=\"y\">%d %%</text>\n", left - 8, top + high * (1 - s / 2) + 5, 50 * s
  for (s = 1; s < step; s++) column(s)
  print "</svg>"
}

END {
  if (!ENVIRON["ansi"]) picture()
  else for (s = 1; s < step; s++) line(s)
}
