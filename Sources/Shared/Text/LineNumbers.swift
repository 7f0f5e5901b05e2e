/// Numbers the lines of several inputs, one after the other, as one.
struct LineNumbers {
  private var before = 0
  private var last = 0

  /// The number of a line over all inputs, from that in its own.
  ///
  /// To be asked for each line: numbers that do not rise are those of the next input.
  mutating func overall(_ line: Int) -> Int {
    if line <= last { before += last }
    last = line
    return before + line
  }
}
