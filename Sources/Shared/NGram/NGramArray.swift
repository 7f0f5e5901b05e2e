/// Counts of all the n-grams that there could be, in an array: the fastest while they are few.
///
/// A reference: two that share an array share its counts.
final class NGramArray: @unchecked Sendable {
  // Proof of safety: an array belongs to one counter, which one thread uses at a time.

  /// The bits of a token in a key.
  let bits: Int

  /// How many cells there are: 2 to the power of the bits of a key.
  let count: Int

  /// The counts by key.
  let cells: UnsafeMutablePointer<Int64>

  /// The most bits of a key: 8 MiB of counts, so that order 4 over the alphabet is an array.
  static let width = 20

  /// Makes an array of zeros.
  ///
  /// - Throws: `DataError` when there is no memory for it.
  init(order: Int, bits: Int) throws(DataError) {
    self.bits = bits
    let (count, size) = (1 << (order * bits), MemoryLayout<Int64>.stride)
    guard let memory = Memory.take(count * size, { calloc(count, size) }) ?? nil else {
      throw NGramList.outOfMemory(0)
    }
    self.count = count
    cells = memory.bindMemory(to: Int64.self, capacity: count)
  }

  deinit { free(cells) }
}
