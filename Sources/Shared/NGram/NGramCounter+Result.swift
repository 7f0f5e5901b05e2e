extension NGramCounter {
  /// Whether the result is a table, as of the lecture: bigrams over at most 1024 tokens.
  var isTable: Bool { order == 2 && table.scalars.count < 1024 || isEmpty }

  /// Takes the counts out as a table.
  ///
  /// - Throws: `DataError` when there is no memory for it.
  /// - Precondition: `isTable`.
  consuming func asTable() throws(DataError) -> NGramCounts {
    if isEmpty {
      return NGramCounts(vocabulary: Vocabulary(sorted: []), order: 2, values: [emptyItems])
    }
    let size = table.scalars.count + 1
    let ranks = table.ranks
    guard var values = Memory.array(repeating: Int64(0), count: size * size) else {
      throw DataError("out of memory: the table takes \(ByteCount.text(8 * Double(size * size)))")
    }
    try forEach { (tokens, count) throws(DataError) in
      values[ranks[Int(tokens[0])] * size + ranks[Int(tokens[1])]] = count
    }
    values[0] = emptyItems
    return NGramCounts(vocabulary: vocabulary, order: 2, values: values)
  }

  /// Takes the counts out as a list; the counter is of no use after that.
  ///
  /// The entries of a hash table are sorted in place: a list costs its own `order` bytes (or two or
  /// four times as many) and 8 for each n-gram, and no more.
  ///
  /// - Throws: `DataError` when there is no memory for it, or empty items were counted.
  consuming func list() throws(DataError) -> NGramList {
    guard emptyItems == 0 else {
      throw DataError("counts \(emptyItems) empty items, which no text has and no list can hold")
    }
    let ranks = table.ranks.map(UInt32.init)
    let vocabulary = vocabulary
    switch cells.storage {
    case .array(let array):
      var entries: [NGramHash<UInt64>.Entry] = []
      for key in 1..<array.count where array.cells[key] != 0 {
        guard entries.makeRoom(for: 1) else { throw NGramList.outOfMemory(entries.count) }
        entries.append(
          .init(key: ranked(UInt64(key), array.bits, ranks), count: array.cells[key]))
      }
      entries.sort { $0.key < $1.key }
      return try entries.withUnsafeBufferPointer { (entries) throws(DataError) in
        try list(entries, array.bits, vocabulary)
      }
    case .narrow(let table): return try list(table, vocabulary, ranks)
    case .medium(let table): return try list(table, vocabulary, ranks)
    case .wide(let table): return try list(table, vocabulary, ranks)
    }
  }

  private func list<Key: NGramKey>(
    _ table: NGramHash<Key>, _ vocabulary: Vocabulary, _ ranks: [UInt32]
  ) throws(DataError) -> NGramList {
    let entries = table.sort { ranked($0, table.bits, ranks) }
    // Boundaries alone are the trace of empty lines.
    let first = entries.first?.key == .zero ? 1 : 0
    return try list(
      UnsafeBufferPointer(rebasing: entries[first...]), table.bits, vocabulary)
  }

  private func list<Key: NGramKey>(
    _ entries: UnsafeBufferPointer<NGramHash<Key>.Entry>, _ bits: Int, _ vocabulary: Vocabulary
  ) throws(DataError) -> NGramList {
    let size = vocabulary.count <= 1 << 8 ? 1 : vocabulary.count <= 1 << 16 ? 2 : 4
    guard Memory.has(entries.count * (order * size + 8)) else {
      throw NGramList.outOfMemory(entries.count)
    }
    func column<Token: FixedWidthInteger>(_: Token.Type) -> [Token] {
      [Token](unsafeUninitializedCapacity: entries.count * order) { tokens, count in
        for entry in entries {
          for others in (0..<order).reversed() {
            tokens[count] = Token(entry.key.token(before: others, bits: bits))
            count += 1
          }
        }
      }
    }
    let tokens: TokenColumn =
      switch size {
      case 1: .u8(column(UInt8.self))
      case 2: .u16(column(UInt16.self))
      default: .u32(column(UInt32.self))
      }
    return NGramList(
      vocabulary: vocabulary, order: order, tokens: tokens, counts: entries.map(\.count))
  }

  /// A key with the tokens of the sorted vocabulary.
  private func ranked<Key: NGramKey>(_ key: Key, _ bits: Int, _ ranks: [UInt32]) -> Key {
    (0..<order).reversed().reduce(Key.zero) { result, others in
      result.appending(ranks[Int(key.token(before: others, bits: bits))], bits: bits)
    }
  }

  /// Writes the counts as a model: a table where that is what a lecture shows, else a list.
  ///
  /// - Throws: `DataError` when a write fails, or there is no memory for it.
  public consuming func write(to output: OutputFile, as form: ModelForm) throws(DataError) {
    if isTable {
      try asTable().model.write(to: output, as: form)
    } else {
      try list().write(to: output, as: form)
    }
  }

  /// Writes the counts as rows `NGRAM<tab>COUNT`, without the lines that begin with `#`.
  ///
  /// - Throws: `DataError` when a write fails, or there is no memory for it.
  public consuming func writeRows(to output: OutputFile) throws(DataError) {
    if isEmpty { return }
    try list().writeRows(to: output)
  }
}
