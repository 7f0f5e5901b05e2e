# What the pictures share.

# Says what is wrong in a place, and ends. A rule for END begins with `if (failed) exit 1`.
function fail(place, what) {
  print ENVIRON["script"] ": " place ": " what | "cat 1>&2"
  close("cat 1>&2")
  failed = 1
  exit 1
}

# A whole number with a comma before each group of three digits.
function commas(n,    text, out) {
  text = sprintf("%.0f", n)
  while (length(text) > 3) {
    out = "," substr(text, length(text) - 2) out
    text = substr(text, 1, length(text) - 3)
  }
  return text out
}

# The text as it stands in XML.
function xml(text) {
  gsub(/&/, "\\&amp;", text)
  gsub(/</, "\\&lt;", text)
  gsub(/>/, "\\&gt;", text)
  gsub(/"/, "\\&quot;", text)
  gsub(/[\001-\037]/, "?", text)
  return text
}

# The columns that a label takes in fixed-width type.
function width(text,    wide) {
  gsub(/\314[\200-\277]|\315[\200-\257]/, "", text) # combining marks
  wide = gsub(/[\343-\351\353\354\360][\200-\277]|\352[\260-\277]|\357[\274]/, "&", text)
  gsub(/[\200-\277]/, "", text)
  return length(text) + wide
}

function percent(p) {
  if (p == 0) return "0 %"
  return sprintf(p >= 0.0001 ? "%.2f %%" : "%.2g %%", 100 * p)
}
