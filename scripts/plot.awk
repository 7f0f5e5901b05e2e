# What pictures with axes share: the range of the values, the frame, the marks.

function isNumber(text) { return text ~ /^-?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$/ }

# Makes room for a point.
function include(x, y) {
  if (!points++) { lowX = highX = x; lowY = highY = y }
  if (x < lowX) lowX = x
  if (x > highX) highX = x
  if (y < lowY) lowY = y
  if (y > highY) highY = y
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

# The place of a point, as SVG has it.
function at(x, y) {
  return sprintf("%.1f,%.1f", left + wide * (x - lowX) / (highX - lowX), \
    top + high * (highY - y) / (highY - lowY))
}

# Lays the plot out: its corner and its size. The values of x are whole numbers, or with `logarithmic`
# logarithms to base 10.
function plot(left_, top_, wide_, high_,    v) {
  left = left_; top = top_; wide = wide_; high = high_
  split("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #6a3d9a #555555", colours, " ")
  if (highX == lowX) highX = lowX + 1
  if (logarithmic) highX += 0.001 # what log has rounded off a power of ten
  dx = distance(highX - lowX, 10)
  if (dx < 1) dx = 1
  if (highY == lowY) { highY += 0.05; lowY -= 0.05 }
  dy = distance(highY - lowY, 9)
  lowY = dy * floor(lowY / dy)
  highY = dy * ceiling(highY / dy)
  decimals = 0
  for (v = dy; v < 0.999; v *= 10) decimals++
}

# Begins the picture: styles, title, grid and axes.
function frame(title, xLabel, yLabel,    i, v, place) {
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"530\""
  print " viewBox=\"0 0 760 530\" role=\"img\" aria-label=\"" xml(title) "\">"
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
  print xml(title) "</text>"
  for (i = 0; (v = lowY + i * dy) <= highY + dy / 2; i++) {
    split(at(lowX, v), place, ",")
    printf "<path class=\"grid\" d=\"M%d %sh%d\"/>", left, place[2], wide
    printf "<text x=\"%d\" y=\"%.1f\" class=\"y\">%s</text>\n", \
      left - 8, place[2] + 4, sprintf("%." decimals + 0 "f", v)
  }
  for (v = dx * ceiling(lowX / dx); v <= highX; v += dx) {
    split(at(v, lowY), place, ",")
    printf "<path class=\"axis\" d=\"M%s %dv5\"/>", place[1], top + high
    printf "<text x=\"%s\" y=\"%d\" class=\"x\">%s</text>\n", place[1], top + high + 20, \
      commas(logarithmic ? 10 ^ v : v)
  }
  printf "<path class=\"axis\" d=\"M%d %dv%dh%d\"/>\n", left, top, high, wide
  printf "<text x=\"%d\" y=\"%d\" class=\"x\">%s</text>\n", \
    left + wide / 2, top + high + 46, xml(xLabel)
  printf "<text transform=\"translate(22 %d) rotate(-90)\" class=\"x\">%s</text>\n", \
    top + high / 2, xml(yLabel)
}

# A circle in the colour of its curve.
function dot(cx, cy, title) {
  printf "<circle style=\"stroke:%s\" cx=\"%s\" cy=\"%s\" r=\"3\">%s</circle>\n", \
    colour, cx, cy, title
}
