/// Which values of a type are valid: the check and its words in one.
///
///     Bound.atLeast(0)      // 0 or more
///     Bound.above(0.0)      // above 0
///     Bound.within(1...8)   // 1 to 8
public struct Bound<Value: OptionValue>: Sendable {
  /// The values that are valid, as `--help` and diagnostics name them; `nil` where all are.
  let words: String?

  private let isValid: @Sendable (Value) -> Bool

  /// Whether a value is valid.
  func contains(_ value: Value) -> Bool { isValid(value) }

  /// All values.
  public static var any: Bound { Bound(words: nil) { _ in true } }

  /// What a word should have been: `a whole number, 1 to 8`.
  var wanted: String { Value.wanted + (words.map { ", \($0)" } ?? "") }
}

extension Bound where Value: Comparable {
  /// A value and those above it.
  static func atLeast(_ least: Value) -> Bound {
    Bound(words: "\(least.word) or more") { $0 >= least }
  }

  /// The values above one.
  static func above(_ limit: Value) -> Bound {
    Bound(words: "above \(limit.word)") { $0 > limit }
  }

  /// The values of a range.
  public static func within(_ range: ClosedRange<Value>) -> Bound {
    Bound(words: "\(range.lowerBound.word) to \(range.upperBound.word)", isValid: range.contains)
  }
}
