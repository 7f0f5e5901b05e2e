/// Categorical distributions over the same number of outcomes, made ready to be drawn from.
///
/// All in two arrays: with a `MultinomialRow` for each, a draw among many waits for the memory of
/// three objects, here for that of the weights alone.
public struct MultinomialRows: Sendable {
  /// The number of weights of a row.
  public let width: Int

  /// The number of rows.
  public private(set) var count = 0

  /// The weights, row after row.
  private var probs: [Float] = []

  /// `MultinomialRow.reciprocals`, in whole vectors for each row.
  private var reciprocals: [SIMD8<Float>] = []

  /// The rows that have no reciprocals, since only the exact race decides there.
  private var exact: Set<Int> = []

  /// The number of vectors of a row.
  private var vectors: Int { (width + 7) / 8 }

  /// Makes room for rows of a number of weights.
  public init(width: Int) { self.width = width }

  /// Adds a row.
  ///
  /// - Precondition: There are `width` weights, finite and not negative, and one is above 0.
  public mutating func append(_ row: MultinomialRow) {
    precondition(row.count == width, "a row has the width of the others")
    if row.reciprocals.isEmpty {
      exact.insert(count)
      reciprocals.append(contentsOf: repeatElement(.zero, count: vectors))
    } else {
      reciprocals.append(contentsOf: row.reciprocals)
    }
    probs.append(contentsOf: row.probs)
    count += 1
  }

  /// Finds the leader of a row, as `MultinomialRow.leader` does.
  @inline(__always)
  func leader(_ row: Int, _ exponentials: UnsafePointer<Float>) -> Int? {
    if !exact.isEmpty, exact.contains(row) { return nil }
    return reciprocals.withUnsafeBufferPointer {
      MultinomialRow.leader(
        UnsafeBufferPointer(rebasing: $0[row * vectors..<(row + 1) * vectors]), exponentials)
    }
  }

  /// A row by itself.
  func row(_ row: Int) -> MultinomialRow {
    MultinomialRow(Array(probs[row * width..<(row + 1) * width]))
  }
}
