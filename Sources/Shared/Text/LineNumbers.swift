/// Numbers the lines of several inputs, one after the other, as one.
struct LineNumbers {
  private var before = 0
  private var last = 0

  /// The number of a line over all inputs, from that in its own.
  ///
  /// Call it for each line: a number that does not rise is one of the next input.
  mutating func overall(_ line: Int) -> Int {
    if line <= last { before += last }
    last = line
    return before + line
  }
}
