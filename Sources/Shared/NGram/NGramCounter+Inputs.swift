extension NGramCounter {
  /// Counts n-grams in text, on several threads where the input is a regular file.
  ///
  /// Text with weights is read by one, so that a count that overflows has a line.
  ///
  /// - Throws: `DataError` when a file cannot be read or is not UTF-8, a count overflows, or there is
  ///   no memory for the counts.
  public init(
    counting input: TextInput, order: Int, threads: Int
  ) throws(DataError) {
    var counters: [NGramCounter] = []
    for _ in 0..<(input.rules.isWeighted ? 1 : threads) {
      counters.append(try NGramCounter(order: order))
    }
    try input.read(concurrently: &counters)
    self = counters.removeFirst()
    for counter in counters { try add(counter) }
  }

  /// Adds up the counts of all the models in files, over the union of their vocabularies.
  ///
  /// A model of nothing, as of no input, adds nothing, whatever its order. A file of rows alone is
  /// a model as well.
  ///
  /// - Parameter isEmptyAllowed: Whether an empty file is a model of nothing; otherwise it is an error.
  /// - Throws: `DataError` when a file cannot be read, holds no counts, or counts of another order
  ///   than those before, and when a sum overflows.
  public init(merging operands: [String], isEmptyAllowed: Bool = false) throws(DataError) {
    var sum: NGramCounter?
    for operand in operands.isEmpty ? ["-"] : operands {
      var reader = ModelReader(try InputFile(operand))
      if isEmptyAllowed, try reader.isAtEnd() { continue }
      do throws(DataError) {
        if let rows = try reader.rows() {
          try Self.add(rows, to: &sum)
          continue
        }
        while let model = try reader.next() {
          let counts = try Counts(model)
          if counts.isEmpty { continue }
          try Self.prepare(&sum, order: counts.order)
          try sum?.add(counts)
        }
      } catch { throw error.at(operand) }
    }
    if let sum { self = sum } else { self = try NGramCounter(order: 2) }
  }

  /// Makes sure that there is a counter of an order.
  private static func prepare(_ sum: inout NGramCounter?, order: Int) throws(DataError) {
    guard let counter = sum, !counter.isEmpty else {
      sum = try NGramCounter(order: order)
      return
    }
    guard counter.order == order else {
      throw DataError("counts of order \(order), and of order \(counter.order) before them")
    }
  }

  /// Adds up rows alone.
  ///
  /// - Throws: `DataError` where one is malformed or a sum overflows.
  init(_ rows: NGramRows) throws(DataError) {
    var sum: NGramCounter?
    try Self.add(rows, to: &sum)
    if let sum { self = sum } else { self = try NGramCounter(order: 2) }
  }

  private static func add(_ rows: NGramRows, to sum: inout NGramCounter?) throws(DataError) {
    var rows = rows
    var tokens: [UInt32] = []
    while try rows.next() {
      do throws(DataError) {
        let order = rows.ngram.count
        guard orders.contains(order) else {
          throw DataError("an n-gram of \(order) tokens, expected 2 to 12")
        }
        if rows.count == 0 { continue }
        try prepare(&sum, order: order)
        try sum?.add(rows, &tokens)
      } catch { throw error.at(rows.place) }
    }
  }

  /// Adds the row that was read last.
  ///
  /// - Parameter tokens: Room for its tokens, which are those of this counter.
  private mutating func add(_ rows: NGramRows, _ tokens: inout [UInt32]) throws(DataError) {
    tokens.removeAll(keepingCapacity: true)
    for scalar in rows.ngram {
      // `map` does not carry the type of what is thrown.
      if let scalar { tokens.append(try token(of: scalar)) } else { tokens.append(0) }
    }
    guard NGramList.isPossible(tokens) else {
      let label = rows.ngram.map { $0.map(Label.escaped) ?? Label.boundary }.joined()
      throw DataError("no text has the n-gram '\(label)'")
    }
    try add(rows.count, to: tokens)
  }

  /// Adds the counts of a model over another vocabulary.
  ///
  /// - Throws: `DataError` when a count overflows, or there is no memory for it.
  /// - Precondition: The orders are the same.
  mutating func add(_ counts: Counts) throws(DataError) {
    switch counts {
    case .table(let table): try add(table)
    case .list(let list): try add(list)
    }
  }

  /// Adds counts over another vocabulary.
  ///
  /// - Throws: `DataError` when a count overflows, or there is no memory for it.
  /// - Precondition: The orders are the same.
  mutating func add(_ counts: NGramCounts) throws(DataError) {
    precondition(order == counts.order, "counts of one order are added")
    let tokens = try self.tokens(of: counts.vocabulary)
    let vocabSize = counts.vocabulary.count
    var ngram = [UInt32](repeating: 0, count: order)
    for (index, count) in counts.values.enumerated() where count != 0 {
      var rest = index
      for position in (0..<order).reversed() {
        ngram[position] = tokens[rest % vocabSize]
        rest /= vocabSize
      }
      try add(count, to: ngram)
    }
  }

  /// Adds counts over another vocabulary.
  ///
  /// - Throws: `DataError` when a count overflows, or there is no memory for it.
  /// - Precondition: The orders are the same.
  mutating func add(_ list: NGramList) throws(DataError) {
    precondition(order == list.order, "counts of one order are added")
    let tokens = try self.tokens(of: list.vocabulary)
    var ngram = [UInt32](repeating: 0, count: order)
    for index in 0..<list.count {
      for position in 0..<order { ngram[position] = tokens[list.token(position, of: index)] }
      try add(list.counts[index], to: ngram)
    }
  }

  private mutating func tokens(of vocabulary: Vocabulary) throws(DataError) -> [UInt32] {
    var tokens: [UInt32] = [0]
    for scalar in vocabulary.scalars { tokens.append(try token(of: scalar)) }
    return tokens
  }
}
