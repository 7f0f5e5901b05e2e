import Synchronization

/// How many lines of a text were left out because they are not UTF-8, whichever thread read them.
final class LeftOutLines: Sendable {
  private let total = Atomic(0)

  /// The number of lines.
  var count: Int { total.load(ordering: .relaxed) }

  /// Adds lines.
  func add(_ lines: Int) { total.add(lines, ordering: .relaxed) }
}

extension TextInput {
  /// What is to be said of the lines that were left out, once all is read; `nil` where there are none.
  public var outcome: String? {
    let count = leftOut.count
    if count == 0 { return nil }
    return count == 1
      ? "1 line that is not UTF-8 was left out" : "\(count) lines that are not UTF-8 were left out"
  }
}
