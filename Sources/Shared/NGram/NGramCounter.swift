// NGram: tokens to counts, counts to models: probabilities with smoothing or without, logits, ARPA. It
// knows nothing of networks; GPT knows nothing of it.

/// Counts n-grams in items as they are read, over a vocabulary that grows with them.
///
/// An item opens with `order - 1` boundaries and closes with one, so it counts once for each
/// character and once for its end. Memory depends on the n-grams that occur, not on the length of
/// the text nor on a power of the vocabulary.
///
/// A reference in parts: a copy of a counter may share its counts.
public struct NGramCounter: ItemVisitor, Sendable {
  /// The length of the n-gram.
  let order: Int

  /// The lengths that there are.
  public static let orders = 2...12

  private(set) var cells: CellCounts

  /// The characters in the order in which they appeared, that of their tokens while counting.
  private(set) var table = TokenTable()

  /// The token of each byte that is a character of its own; `special` for all others.
  private var tokenOfByte = [UInt32](repeating: special, count: 256)

  /// The tokens before the next one, and room for it.
  private var window: [UInt32]

  /// How often what comes next counts; `nil` where no text with weights was read.
  private var weight: Int64?

  /// The number of empty items, which only tables that were added can hold.
  ///
  /// While text is counted, `cells` has the number of empty lines in that place, which is ignored.
  private(set) var emptyItems: Int64 = 0

  private static let special = UInt32.max

  /// Creates a counter that has seen nothing.
  ///
  /// - Throws: `DataError` when there is no memory for it.
  /// - Precondition: `order` is in `orders`.
  init(order: Int) throws(DataError) {
    precondition(Self.orders.contains(order), "the order is 2 to 12")
    self.order = order
    cells = try CellCounts(order: order)
    window = [UInt32](repeating: 0, count: order)
  }

  /// Creates a counter whose tokens are those of a vocabulary, whether they will occur or not.
  ///
  /// - Throws: `DataError` when there is no memory for it.
  init(order: Int, vocabulary: Vocabulary) throws(DataError) {
    try self.init(order: order)
    for scalar in vocabulary.scalars { _ = try token(of: scalar) }
  }

  // MARK: Counting

  /// Counts an item that is tokens already.
  ///
  /// - Parameter times: How often it counts.
  /// - Throws: `DataError` when a count overflows, or there is no memory for it.
  mutating func count(_ item: some Sequence<Int32>, times: Int = 1) throws(DataError) {
    if times == 0 { return }
    weight = Int64(times)
    for token in item { try count(token: UInt32(token)) }
    try endItem(line: 0)
  }

  /// Says how often the next item counts.
  mutating func weigh(_ weight: Int) { self.weight = Int64(weight) }

  /// Counts a run of characters that have tokens already, and of separators.
  ///
  ///     cells[context, token] += 1
  ///
  /// without a branch for separators: an empty line counts a boundary after boundaries, which
  /// cannot occur otherwise and is left out of the result.
  mutating func take(run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int {
    // Adding a weight may overflow.
    guard bytes.baseAddress != nil, weight == nil else { return 0 }
    tokenOfByte[Int(separator)] = 0
    switch cells.storage {
    case .array(let array): return order == 2 ? countPairs(bytes, array) : count(bytes, array)
    case .narrow(let counts): return count(bytes, counts)
    case .medium, .wide: return 0
    }
  }

  // Each of the loops has all registers for itself.

  /// Counts bigrams, whose context is the token itself.
  @inline(never)
  private mutating func countPairs(_ bytes: UnsafeBufferPointer<UInt8>, _ array: NGramArray) -> Int
  {
    var context = key(array.bits)
    let cells = array.cells
    let taken = Self.count(bytes, tokenOfByte, table, &context, array.bits, mask: nil) {
      cells[Int(truncatingIfNeeded: $0)] &+= 1
      return true
    }
    setContext(context, array.bits)
    return taken
  }

  @inline(never)
  private mutating func count(_ bytes: UnsafeBufferPointer<UInt8>, _ array: NGramArray) -> Int {
    var context = key(array.bits)
    let cells = array.cells
    let mask = mask(array.bits)
    let taken = Self.count(bytes, tokenOfByte, table, &context, array.bits, mask: mask) {
      cells[Int(truncatingIfNeeded: $0)] &+= 1
      return true
    }
    setContext(context, array.bits)
    return taken
  }

  @inline(never)
  private mutating func count(
    _ bytes: UnsafeBufferPointer<UInt8>, _ counts: NGramHash<UInt64>
  ) -> Int {
    var context = key(counts.bits)
    let mask = mask(counts.bits)
    let taken = Self.count(bytes, tokenOfByte, table, &context, counts.bits, mask: mask) { key in
      counts.hasRoom && counts.add(1, to: key)
    }
    setContext(context, counts.bits)
    return taken
  }

  /// Counts the characters of a run up to the first that has no token, or whose n-gram `add` refuses.
  ///
  /// - Parameter mask: The bits of a context; `nil` where it is one token.
  /// - Returns: The number of bytes counted.
  @inline(__always)
  private static func count(
    _ bytes: UnsafeBufferPointer<UInt8>, _ tokenOfByte: [UInt32], _ table: TokenTable,
    _ context: inout UInt64, _ bits: Int, mask: UInt64?, _ add: (UInt64) -> Bool
  ) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    let bits = UInt64(bits)
    var index = 0
    var before = context
    // Counts the n-gram that a token ends, unless `add` refuses it.
    func isCounted(_ token: UInt32) -> Bool {
      let key = before &<< bits | UInt64(token)
      if !add(key) { return false }
      if let mask { before = token == 0 ? 0 : key & mask } else { before = UInt64(token) }
      return true
    }
    tokenOfByte.withUnsafeBufferPointer { tokenOfByte in
      table.pages.withUnsafeBufferPointer { pages in
        table.tokens.withUnsafeBufferPointer { tokens in
          while index < bytes.count {
            // Two loops, for the step of the first depends on no token.
            while index < bytes.count {
              let token = tokenOfByte[Int(base[index])]
              if token == special { break }
              if !isCounted(token) { return }
              index &+= 1
            }
            if index < bytes.count, base[index] < 0x80 { return }
            while index < bytes.count, base[index] >= 0x80 {
              guard
                case .scalar(let scalar, let length) = UTF8Sequence(
                  UnsafeBufferPointer(rebasing: bytes[index...]))
              else { return }
              let token = tokens[Int(pages[Int(scalar.value >> 8)]) << 8 | Int(scalar.value & 0xFF)]
              // What a byte order mark means is for the decoder to say.
              if token == 0 || scalar.value == 0xFEFF || !isCounted(token) { return }
              index &+= length
            }
          }
        }
      }
    }
    context = before
    return index
  }

  /// Counts a character after those before it.
  ///
  /// - Throws: `DataError` when there is no memory for it.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    try count(token: token(of: scalar))
  }

  /// Counts the end of an item.
  mutating func endItem(line: Int) throws(DataError) {
    // An empty line is not an item.
    if window[order - 2] != 0 { try count(token: 0) }
    for index in window.indices { window[index] = 0 }
  }

  private mutating func count(token: UInt32) throws(DataError) {
    window[order - 1] = token
    guard try cells.add(weight ?? 1, to: window) else { throw NGramCounts.overflow }
    for index in 1..<order { window[index - 1] = window[index] }
  }

  /// The tokens before the next one as bits.
  private func key(_ bits: Int) -> UInt64 {
    window[..<(order - 1)].reduce(0) { $0 << UInt64(bits) | UInt64($1) }
  }

  private func mask(_ bits: Int) -> UInt64 { UInt64(1) << UInt64(bits * (order - 1)) - 1 }

  private mutating func setContext(_ key: UInt64, _ bits: Int) {
    for index in 0..<order - 1 { window[index] = key.token(before: order - 2 - index, bits: bits) }
  }

  /// The token of a character, a new one where it has none.
  mutating func token(of scalar: Unicode.Scalar) throws(DataError) -> UInt32 {
    let known = table.token(of: scalar)
    if known != 0 { return UInt32(known) }
    let token = UInt32(table.insert(scalar))
    try cells.reserve(tokens: Int(token) + 1)
    // What a carriage return means is for the decoder to say.
    if scalar.isASCII, scalar != "\r" { tokenOfByte[Int(scalar.value)] = token }
    return token
  }

  // MARK: Adding up

  /// Adds the count of an n-gram.
  ///
  /// - Parameter tokens: Those of this counter's `table`.
  /// - Throws: `DataError` when a count overflows, or there is no memory for it.
  mutating func add(_ count: Int64, to tokens: [UInt32]) throws(DataError) {
    guard count > 0 else { return }
    if tokens.allSatisfy({ $0 == 0 }) {
      let (sum, overflow) = emptyItems.addingReportingOverflow(count)
      if overflow { throw NGramCounts.overflow }
      emptyItems = sum
    } else if try !cells.add(count, to: tokens) {
      throw NGramCounts.overflow
    }
  }

  /// Adds what another counter has counted.
  ///
  /// - Throws: `DataError` when a count overflows, or there is no memory for it.
  /// - Precondition: The orders are the same.
  mutating func add(_ other: NGramCounter) throws(DataError) {
    precondition(order == other.order, "counts of one order are added")
    var tokens: [UInt32] = [0]
    for scalar in other.table.scalars { tokens.append(try token(of: scalar)) }
    try add(other.emptyItems, to: [UInt32](repeating: 0, count: order))
    var mapped = [UInt32](repeating: 0, count: order)
    try other.forEach { (ngram, count) throws(DataError) in
      for index in 0..<order { mapped[index] = tokens[Int(ngram[index])] }
      try add(count, to: mapped)
    }
  }

  /// Calls `body` with each n-gram of characters, in no certain order, and its count.
  func forEach(
    _ body: (_ tokens: [UInt32], _ count: Int64) throws(DataError) -> Void
  ) throws(DataError) {
    try cells.forEach { (tokens, count) throws(DataError) in
      // The trace of empty lines.
      if tokens.contains(where: { $0 != 0 }) { try body(tokens, count) }
    }
  }

  // MARK: The result

  /// Whether nothing was counted, and no character seen.
  var isEmpty: Bool { table.scalars.isEmpty && emptyItems == 0 }

  /// The characters that were seen.
  var vocabulary: Vocabulary { table.vocabulary }
}
