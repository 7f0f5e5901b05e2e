/// Counts n-grams in items as they are read, over a vocabulary that grows with them.
///
/// An item opens with `order - 1` boundaries and closes with one, so it counts once for each
/// character and once for its end. Memory depends on the n-grams that occur, not on the length of
/// the text.
public struct NGramCounter: ItemVisitor, Sendable {
  /// The length of the n-gram.
  public let order: Int

  private var cells: CellCounts

  /// The characters in the order in which they appeared, that of their tokens while counting.
  private var table = TokenTable()

  /// The token of each byte that is a character of its own; `special` for all others.
  private var tokenOfByte = [UInt32](repeating: special, count: 256)

  /// The tokens before the next one, as the high part of a key.
  private var context: UInt64 = 0

  /// The count of the boundary after nothing but boundaries, which only models that were added
  /// have: in `cells` it is the trace of empty lines.
  private var boundaryCount: Int64 = 0

  private static let special = UInt32.max

  /// Creates a counter that has seen nothing.
  ///
  /// - Precondition: `order` is in `2...8`.
  public init(order: Int) {
    precondition((2...8).contains(order), "the order is 2 to 8")
    self.order = order
    cells = CellCounts(order: order)
  }

  // MARK: Counting

  /// Counts a run of characters that have tokens already, and of separators.
  ///
  ///     cells[context, token] += 1
  ///
  /// without a branch for separators: an empty line counts a boundary after boundaries, which
  /// cannot occur otherwise and is left out of the result.
  mutating func take(
    run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8
  ) -> Int {
    guard cells.isDense, let base = bytes.baseAddress else { return 0 }
    tokenOfByte[Int(separator)] = 0
    let bits = UInt64(cells.bits)
    let mask = UInt64(1) << (bits * UInt64(order - 1)) - 1
    var context = self.context
    var index = 0
    let count = bytes.count
    tokenOfByte.withUnsafeBufferPointer { tokenOfByte in
      table.pages.withUnsafeBufferPointer { page in
        table.tokens.withUnsafeBufferPointer { tokenOfScalar in
          cells.withDense { cells in
            while true {
              // ASCII; the compiler keeps one copy of this loop for bigrams, whose context is the
              // token itself.
              if order == 2 {
                while index < count {
                  let token = tokenOfByte[Int(base[index])]
                  if token == Self.special { break }
                  cells[Int(context << bits | UInt64(token))] &+= 1
                  context = UInt64(token)
                  index += 1
                }
              } else {
                while index < count {
                  let token = tokenOfByte[Int(base[index])]
                  if token == Self.special { break }
                  let key = context << bits | UInt64(token)
                  cells[Int(key)] &+= 1
                  context = token == 0 ? 0 : key & mask
                  index += 1
                }
              }
              // Beyond ASCII.
              guard index < count, base[index] >= 0x80,
                case .scalar(let scalar, let length) = UTF8Sequence(
                  UnsafeBufferPointer(rebasing: bytes[index...]))
              else { return }
              let token = tokenOfScalar[
                Int(page[Int(scalar.value >> 8)]) << 8 | Int(scalar.value & 0xFF)]
              if token == 0 { return }
              let key = context << bits | UInt64(token)
              cells[Int(key)] &+= 1
              context = key & mask
              index += length
            }
          }
        }
      }
    }
    self.context = context
    return index
  }

  /// Counts a character after those before it.
  ///
  /// - Throws: `DataError` when the table over the characters seen would not fit the memory.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    try count(token: token(of: scalar))
  }

  /// Counts the end of an item.
  mutating func endItem(line: Int) throws(DataError) {
    // An empty line is no item.
    if context != 0 { try count(token: 0) }
    context = 0
  }

  private mutating func count(token: Int) throws(DataError) {
    let key = context << UInt64(cells.bits) | UInt64(token)
    guard cells.add(1, to: key) else { throw NGramCounts.overflow }
    context = key & (UInt64(1) << UInt64(cells.bits * (order - 1)) - 1)
  }

  /// The token of a character, a new one where it has none.
  private mutating func token(of scalar: Unicode.Scalar) throws(DataError) -> Int {
    let known = table.token(of: scalar)
    if known != 0 { return known }

    let token = table.scalars.count + 1
    try NGramCounts.checkSize(vocabSize: token + 1, order: order)
    // The key of the context changes with the width of a token.
    let before = contextTokens
    table.insert(scalar)
    cells.reserve(tokens: token + 1)
    context = cells.key(before)
    // What a carriage return means is for the decoder to say.
    if scalar.isASCII, scalar != "\r" { tokenOfByte[Int(scalar.value)] = UInt32(token) }
    return token
  }

  private var contextTokens: [Int] {
    (0..<order - 1).reversed().map {
      Int(context >> UInt64($0 * cells.bits)) & (1 << cells.bits - 1)
    }
  }

  // MARK: Adding up

  /// Adds counts over another vocabulary.
  ///
  /// - Throws: `DataError` when the orders differ, a count overflows, or the table over both
  ///   vocabularies would not fit the memory.
  public mutating func add(_ counts: NGramCounts) throws(DataError) {
    guard counts.order == order else {
      throw DataError("counts of order \(counts.order), and of order \(order) before them")
    }
    var tokens = [0]
    for scalar in counts.vocabulary.scalars { tokens.append(try token(of: scalar)) }
    let vocabSize = counts.vocabulary.count
    try addBoundaries(counts.values[0])
    for (index, count) in counts.values.enumerated().dropFirst() where count != 0 {
      var rest = index
      var key: UInt64 = 0
      for position in 0..<order {
        key |= UInt64(tokens[rest % vocabSize]) << UInt64(position * cells.bits)
        rest /= vocabSize
      }
      guard cells.add(count, to: key) else { throw NGramCounts.overflow }
    }
  }

  /// Adds what another counter has counted.
  ///
  /// - Throws: `DataError` when the table over both vocabularies would not fit the memory.
  public mutating func add(_ other: NGramCounter) throws(DataError) {
    var tokens = [0]
    for scalar in other.table.scalars { tokens.append(try token(of: scalar)) }
    try addBoundaries(other.boundaryCount)
    for (cell, count) in other.nonzeroCells() {
      guard cells.add(count, to: cells.key(cell.map { tokens[$0] })) else {
        throw NGramCounts.overflow
      }
    }
  }

  private mutating func addBoundaries(_ count: Int64) throws(DataError) {
    let (sum, overflow) = boundaryCount.addingReportingOverflow(count)
    if overflow { throw NGramCounts.overflow }
    boundaryCount = sum
  }

  /// What was counted, but for the boundary after nothing but boundaries: the trace of empty lines.
  private func nonzeroCells() -> [(tokens: [Int], count: Int64)] {
    cells.cells().filter { $0.tokens.contains { $0 != 0 } }
  }

  // MARK: The result

  /// Whether nothing was counted, and no character seen.
  var isEmpty: Bool { table.scalars.isEmpty && boundaryCount == 0 }

  /// The characters that were seen.
  public var vocabulary: Vocabulary { table.vocabulary }

  /// Writes the counts as a model, a block at a time: the table as a whole is
  /// never in memory.
  ///
  /// - Throws: `DataError` when a write fails, or when the table is larger than the memory.
  public func write(to output: OutputFile, as form: ModelForm) throws(DataError) {
    let vocabulary = vocabulary
    let size = vocabulary.count
    try NGramCounts.checkSize(vocabSize: size, order: order)
    let tokens = table.ranks
    var cells = nonzeroCells()
      .map { cell in (cell.tokens.reduce(0) { $0 * size + tokens[$1] }, cell.count) }
    cells.append((0, boundaryCount))
    cells.sort { $0.0 < $1.0 }

    let shape = [Int](repeating: size, count: order)
    var writer = try ModelWriter(
      output, form, metadata: ModelFile.metadata(kind: .counts, vocabulary: vocabulary),
      tensors: [TensorShape(name: "counts", dtype: .I64, shape: shape)], layout: .table)
    let total = shape.reduce(1, *)
    var next = cells.startIndex
    for begin in stride(from: 0, to: total, by: Self.blockSize) {
      var block = [Int64](repeating: 0, count: min(Self.blockSize, total - begin))
      while next < cells.endIndex, cells[next].0 < begin + block.count {
        block[cells[next].0 - begin] = cells[next].1
        next += 1
      }
      try writer.append(block)
    }
    writer.finish()
  }

  /// How many counts are written at a time.
  private static let blockSize = 1 << 15
}
