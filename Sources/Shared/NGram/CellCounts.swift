/// Counts under integer keys: an array while the keys are small, a hash table once they are not.
///
/// A key is a tuple of tokens, `bits` bits each, the first in the highest. Memory depends on the
/// keys that were seen and, up to `CellCounts.denseLimit` cells, on the largest that may come.
struct CellCounts: Sendable {
  /// The number of tokens in a key.
  let order: Int

  /// The bits of a token in a key.
  private(set) var bits: Int

  /// The counts by key, where there are few keys; otherwise empty.
  ///
  /// 2^20 cells are 8 MiB: order 4 over the alphabet stays an array.
  private var dense: [Int64]

  private var keys: [UInt64] = []
  private var counts: [Int64] = []
  private var used = 0

  static let denseLimit = 1 << 20
  private static let free = UInt64.max

  /// The most bits of a token that a key has room for: those of 63, or the 21 of any scalar.
  ///
  /// Tokens that do not fit belong to a table of more than 2^56 cells, which no machine holds.
  static func maximumBits(order: Int) -> Int { min(21, 63 / order) }

  init(order: Int) {
    self.order = order
    bits = 2
    dense = [Int64](repeating: 0, count: 1 << (bits * order))
  }

  /// Whether the counts are in an array, indexed by key.
  var isDense: Bool { !dense.isEmpty }

  /// Gives tokens below a bound room in the keys.
  ///
  /// - Precondition: They fit `maximumBits(order:)`.
  mutating func reserve(tokens: Int) {
    if tokens <= 1 << bits { return }
    let cells = self.cells()
    while 1 << bits < tokens { bits += 1 }
    if bits * order <= Self.denseLimit.trailingZeroBitCount {
      dense = [Int64](repeating: 0, count: 1 << (bits * order))
    } else {
      // From here on keys never change: the widest tokens have room.
      bits = Self.maximumBits(order: order)
      dense = []
      resize(to: 1 << 12)
    }
    for (tokens, count) in cells { _ = add(count, to: key(tokens)) }
  }

  /// The key of a tuple of tokens.
  func key(_ tokens: some Sequence<Int>) -> UInt64 {
    tokens.reduce(0) { $0 << UInt64(bits) | UInt64($1) }
  }

  /// Adds to a count.
  ///
  /// - Returns: Whether the sum fits.
  @inline(__always)
  mutating func add(_ count: Int64, to key: UInt64) -> Bool {
    if isDense {
      let (sum, overflow) = dense[Int(key)].addingReportingOverflow(count)
      dense[Int(key)] = sum
      return !overflow
    }
    if used * 2 >= keys.count { resize(to: keys.count * 2) }
    let slot = slot(of: key)
    if keys[slot] == Self.free {
      keys[slot] = key
      used += 1
    }
    let (sum, overflow) = counts[slot].addingReportingOverflow(count)
    counts[slot] = sum
    return !overflow
  }

  /// The tuples that were counted, in no certain order, with their counts.
  func cells() -> [(tokens: [Int], count: Int64)] {
    var cells: [(tokens: [Int], count: Int64)] = []
    if isDense {
      for (key, count) in dense.enumerated() where count != 0 {
        cells.append((tokens(UInt64(key)), count))
      }
    } else {
      for (key, count) in zip(keys, counts) where count != 0 {
        cells.append((tokens(key), count))
      }
    }
    return cells
  }

  /// Calls a function with the array of counts.
  ///
  /// - Precondition: `isDense`.
  @inline(__always)
  mutating func withDense<Result>(
    _ body: (UnsafeMutablePointer<Int64>) -> Result
  ) -> Result? {
    dense.withUnsafeMutableBufferPointer { $0.baseAddress.map(body) }
  }

  private func tokens(_ key: UInt64) -> [Int] {
    (0..<order).map { Int(key >> UInt64((order - 1 - $0) * bits)) & (1 << bits - 1) }
  }

  /// The slot that holds a key, or the free one where it belongs.
  private func slot(of key: UInt64) -> Int {
    // The high bits of a product with an odd constant (2^64 over the golden ratio) are well mixed.
    let mixed = key &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: mixed >> 32) & (keys.count - 1)
    while keys[slot] != key, keys[slot] != Self.free { slot = (slot + 1) & (keys.count - 1) }
    return slot
  }

  private mutating func resize(to capacity: Int) {
    let old = zip(keys, counts)
    keys = [UInt64](repeating: Self.free, count: capacity)
    counts = [Int64](repeating: 0, count: capacity)
    for (key, count) in old where key != Self.free {
      let slot = slot(of: key)
      keys[slot] = key
      counts[slot] = count
    }
  }
}
