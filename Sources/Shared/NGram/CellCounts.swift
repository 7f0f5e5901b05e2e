/// Counts of n-grams while they grow: an array while there are few that could be, else a hash table
/// whose keys are as wide as the tokens ask for.
struct CellCounts: Sendable {
  /// Where the counts are.
  enum Storage: Sendable {
    /// One for each n-gram that there could be.
    case array(NGramArray)

    /// Those that occur.
    case narrow(NGramHash<UInt64>)
    case medium(NGramHash<UInt128>)
    case wide(NGramHash<WideKey>)
  }

  /// The number of tokens of an n-gram.
  let order: Int

  private(set) var storage: Storage

  /// No counts, and room for the tokens of a few characters.
  ///
  /// - Throws: `DataError` when there is no memory for it.
  init(order: Int) throws(DataError) {
    self.order = order
    storage = .array(try NGramArray(order: order, bits: 1))
  }

  /// The bits that a token may have.
  private var bits: Int {
    switch storage {
    case .array(let array): array.bits
    case .narrow(let table): table.bits
    case .medium(let table): table.bits
    case .wide(let table): table.bits
    }
  }

  /// Gives tokens below a bound room.
  ///
  /// - Throws: `DataError` when there is no memory for it.
  mutating func reserve(tokens: Int) throws(DataError) {
    if tokens <= 1 << bits { return }
    var wanted = bits
    while 1 << wanted < tokens { wanted += 1 }
    let old = self
    if wanted * order <= NGramArray.width {
      storage = .array(try NGramArray(order: order, bits: wanted))
    } else if wanted <= NGramHash<UInt64>.bits(order: order) {
      storage = .narrow(try NGramHash(bits: NGramHash<UInt64>.bits(order: order)))
    } else if wanted <= NGramHash<UInt128>.bits(order: order) {
      storage = .medium(try NGramHash(bits: NGramHash<UInt128>.bits(order: order)))
    } else {
      storage = .wide(try NGramHash(bits: NGramHash<WideKey>.bits(order: order)))
    }
    try old.forEach { (tokens, count) throws(DataError) in _ = try add(count, to: tokens) }
  }

  /// Adds to the count of an n-gram.
  ///
  /// - Parameter count: At least 1.
  /// - Returns: Whether the sum fits.
  /// - Throws: `DataError` when there is no memory for it.
  mutating func add(_ count: Int64, to tokens: [UInt32]) throws(DataError) -> Bool {
    switch storage {
    case .array(let array):
      let cell = Int(Self.key(UInt64.self, tokens, array.bits))
      let (sum, overflow) = array.cells[cell].addingReportingOverflow(count)
      array.cells[cell] = sum
      return !overflow
    case .narrow(let table): return try Self.add(count, to: tokens, table)
    case .medium(let table): return try Self.add(count, to: tokens, table)
    case .wide(let table): return try Self.add(count, to: tokens, table)
    }
  }

  /// Calls `body` with each n-gram that was counted, in no certain order, and its count.
  func forEach(
    _ body: (_ tokens: [UInt32], _ count: Int64) throws(DataError) -> Void
  ) throws(DataError) {
    var tokens = [UInt32](repeating: 0, count: order)
    switch storage {
    case .array(let array):
      for key in 0..<array.count where array.cells[key] != 0 {
        Self.unpack(UInt64(key), array.bits, into: &tokens)
        try body(tokens, array.cells[key])
      }
    case .narrow(let table): try Self.forEach(of: table, &tokens, body)
    case .medium(let table): try Self.forEach(of: table, &tokens, body)
    case .wide(let table): try Self.forEach(of: table, &tokens, body)
    }
  }

  private static func key<Key: NGramKey>(_: Key.Type, _ tokens: [UInt32], _ bits: Int) -> Key {
    tokens.reduce(Key.zero) { $0.appending($1, bits: bits) }
  }

  private static func unpack<Key: NGramKey>(_ key: Key, _ bits: Int, into tokens: inout [UInt32]) {
    for position in tokens.indices {
      tokens[position] = key.token(before: tokens.count - 1 - position, bits: bits)
    }
  }

  private static func add<Key: NGramKey>(
    _ count: Int64, to tokens: [UInt32], _ table: NGramHash<Key>
  ) throws(DataError) -> Bool {
    if !table.hasRoom { try table.grow() }
    return table.add(count, to: key(Key.self, tokens, table.bits))
  }

  private static func forEach<Key: NGramKey>(
    of table: NGramHash<Key>, _ tokens: inout [UInt32],
    _ body: ([UInt32], Int64) throws(DataError) -> Void
  ) throws(DataError) {
    for index in 0..<table.capacity where table.entries[index].count != 0 {
      unpack(table.entries[index].key, table.bits, into: &tokens)
      try body(tokens, table.entries[index].count)
    }
  }
}
