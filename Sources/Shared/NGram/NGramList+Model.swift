extension NGramList {
  /// Whether an n-gram can occur in a text: boundaries come first, and one may come last.
  static func isPossible(_ tokens: some RandomAccessCollection<some BinaryInteger>) -> Bool {
    guard let last = tokens.last else { return false }
    let inner = tokens.dropLast().drop { $0 == 0 }
    return !inner.contains(0) && (last != 0 || !inner.isEmpty)
  }

  /// Reads the list of a model of kind `counts`.
  ///
  /// - Throws: `DataError` when it is of another kind or malformed: n-grams that are out of order,
  ///   repeated, or of no text, a count that is not above 0, a character that does not occur.
  init(_ model: ModelFile) throws(DataError) {
    try model.check(.counts, "counts are wanted; mm-count makes them")
    let vocabulary = try model.vocabulary()
    let ngrams = try model.tensor("ngrams")
    let countsTensor = try model.tensor("counts")
    guard case .i64(let counts) = countsTensor.values, countsTensor.shape.count == 1 else {
      throw model.error("the tensor counts is not a row of I64, as a list has it")
    }
    guard ngrams.shape.count == 2, ngrams.shape[0] == counts.count else {
      throw model.error("the shape \(ngrams.shape) of ngrams does not fit \(counts.count) counts")
    }
    let order = ngrams.shape[1]
    guard NGramCounter.orders.contains(order) else {
      throw model.error("n-grams of \(order) tokens, expected 2 to 12")
    }
    let tokens: TokenColumn
    switch ngrams.values {
    case .u8(let values): tokens = .u8(values)
    case .u16(let values): tokens = .u16(values)
    case .u32(let values): tokens = .u32(values)
    default:
      throw model.error("the tensor ngrams is \(ngrams.values.dtype), expected U8, U16 or U32")
    }
    self.init(vocabulary: vocabulary, order: order, tokens: tokens, counts: counts)
    do throws(DataError) { try check() } catch { throw error.at(model.place) }
  }

  /// Refuses a list that no text has.
  private func check() throws(DataError) {
    var occurs = [Bool](repeating: false, count: vocabulary.count)
    occurs[0] = true
    var previous: [Int] = []
    for ngram in 0..<count {
      guard counts[ngram] > 0 else {
        throw DataError("n-gram \(ngram + 1) has a count of \(counts[ngram]), which is not above 0")
      }
      let tokens = (0..<order).map { token($0, of: ngram) }
      for token in tokens {
        guard token < vocabulary.count else {
          throw DataError("n-gram \(ngram + 1) has token \(token) of \(vocabulary.count) tokens")
        }
        occurs[token] = true
      }
      guard previous.lexicographicallyPrecedes(tokens) else {
        throw DataError("n-gram \(ngram + 1) repeats the one before, or is out of order")
      }
      guard Self.isPossible(tokens) else {
        throw DataError("no text has the n-gram '\(vocabulary.label(tokens))'")
      }
      previous = tokens
    }
    if let token = occurs.firstIndex(of: false) {
      throw DataError("the character \(vocabulary.scalars[token - 1].quoted) is in no n-gram")
    }
  }

  /// Writes the list as a model.
  ///
  /// - Throws: `DataError` when a write fails.
  func write(to output: OutputFile, as form: ModelForm) throws(DataError) {
    let metadata = ModelFile.metadata(kind: .counts, vocabulary: vocabulary)
    switch form {
    case .text:
      try output.write(TextForm.header(metadata: metadata, isLabelled: true))
      try output.write("#ngrams\t\(order)\t\(count)\n")
      try writeRows(to: output)
    case .binary:
      var writer = try ModelWriter(
        output, .binary, metadata: metadata,
        tensors: [
          TensorShape(name: "ngrams", dtype: tokens.dtype, shape: [count, order]),
          TensorShape(name: "counts", dtype: .I64, shape: [count]),
        ])
      switch tokens {
      case .u8(let tokens): try writer.append(tokens)
      case .u16(let tokens): try writer.append(tokens)
      case .u32(let tokens): try writer.append(tokens)
      }
      try writer.append(counts)
      writer.finish()
    }
  }

  /// Writes rows `NGRAM<tab>COUNT`.
  ///
  /// - Throws: `DataError` when a write fails.
  func writeRows(to output: OutputFile) throws(DataError) {
    let labels = (0..<vocabulary.count).map { Array(vocabulary.label($0).utf8) }
    for ngram in 0..<count {
      for position in 0..<order { try output.write(labels[token(position, of: ngram)]) }
      try output.write("\t\(counts[ngram])\n")
    }
  }
}

extension TokenColumn {
  /// The type of the tokens in a file.
  var dtype: Dtype {
    switch self {
    case .u8: .U8
    case .u16: .U16
    case .u32: .U32
    }
  }
}

extension NGramList {
  /// The list of a table, without its zeros.
  ///
  /// - Throws: `DataError` when the table counts what no text has.
  init(_ table: NGramCounts) throws(DataError) {
    var counter = try NGramCounter(order: table.order)
    try counter.add(table)
    self = try counter.list()
  }
}
