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
