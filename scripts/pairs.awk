# Prints lines of two items of a file at random, until they have `bytes` bytes.

{ item[NR] = $0 }

function draw() { return item[1 + int(NR * rand())] }

END {
  for (srand(1); written < bytes; written += length(line) + 1) {
    line = draw() " " draw()
    print line
  }
}
