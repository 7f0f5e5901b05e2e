/// How lines of text become items.
struct LineRules: Sendable {
  /// Whether items end with NUL instead of a newline, and may hold newlines.
  var isNullSeparated = false

  /// Whether lines that are not UTF-8 are left out; otherwise they are an error.
  var skipsInvalid = false

  /// Whether a tab and a number at the end of a line say how often it counts.
  var isWeighted = false

  /// What ends an item.
  var separator: UInt8 { isNullSeparated ? 0 : UInt8(ascii: "\n") }

  /// Whether an item can be taken only once its line is complete.
  var needsWholeLines: Bool { skipsInvalid || isWeighted }
}
