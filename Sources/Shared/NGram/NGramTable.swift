/// A number for each n-gram over a vocabulary: counts, or logits.
///
/// Shape `[V, V]` for order 2, `[V, V, V]` for order 3 and so on, row-major: a row is a context of
/// `order - 1` tokens, a column the token after it.
public struct NGramTable<Element: TensorElement>: Equatable, Sendable {
  /// The characters of tokens 1, 2, ...
  let vocabulary: Vocabulary

  /// The length of the n-gram.
  let order: Int

  /// The numbers, `V^order` of them.
  var values: [Element]

  /// Creates a table.
  ///
  /// - Precondition: There are `V^order` values.
  init(vocabulary: Vocabulary, order: Int, values: [Element]) {
    precondition(
      (0..<order).reduce(1) { size, _ in size * vocabulary.count } == values.count,
      "the values do not fill the table")
    self.vocabulary = vocabulary
    self.order = order
    self.values = values
  }

  /// Reads the table of a model.
  ///
  /// - Throws: `DataError` when the model has no such tensor, or one of another shape or type.
  init(_ model: ModelFile, tensor name: String, values: (Tensor) -> [Element]?) throws(DataError) {
    let vocabulary = try model.vocabulary()
    let tensor = try model.tensor(name)
    guard let values = values(tensor) else {
      throw model.error("the tensor \(name) is \(tensor.values.dtype), expected \(Element.dtype)")
    }
    guard (2...8).contains(tensor.shape.count) else {
      throw model.error("the tensor \(name) has \(tensor.shape.count) dimensions, expected 2 to 8")
    }
    guard tensor.shape.allSatisfy({ $0 == vocabulary.count }) else {
      throw model.error(
        "a vocabulary of \(vocabulary.count - 1) characters and the boundary "
          + "does not fit the shape \(tensor.shape)")
    }
    self.init(vocabulary: vocabulary, order: tensor.shape.count, values: values)
  }

  /// The number of rows: contexts.
  var rowCount: Int { values.count / vocabulary.count }

  /// The values of a row.
  func row(_ context: Int) -> ArraySlice<Element> {
    values[context * vocabulary.count..<(context + 1) * vocabulary.count]
  }

  /// The table as a model.
  func model(kind: ModelKind, tensor name: String, values: TensorValues) -> ModelFile {
    let shape = [Int](repeating: vocabulary.count, count: order)
    return ModelFile(
      kind: kind, vocabulary: vocabulary,
      tensors: [Tensor(name: name, shape: shape, values: values)], layout: .table)
  }

  /// Refuses a table that would not fit the machine's memory.
  ///
  /// - Throws: `DataError` with its size.
  static func checkSize(vocabSize: Int, order: Int) throws(DataError) {
    var bytes = Double(MemoryLayout<Element>.size)
    for _ in 0..<order { bytes *= Double(vocabSize) }
    if bytes <= Double(Machine.memory) { return }
    let vocabulary = "\(vocabSize - 1) characters and the boundary"
    throw DataError(
      "a table of order \(order) over \(vocabulary) takes \(ByteCount.text(bytes)), "
        + "more than this machine's memory of \(ByteCount.text(Double(Machine.memory)))"
        + (order > 2 ? "; try a lower --order" : ""))
  }
}

extension ModelKind {
  /// How often each token followed each context: what mm-count writes.
  static let counts = ModelKind(rawValue: "counts")

  /// Logits of the same shape: what mm-fit writes.
  static let bigram = ModelKind(rawValue: "bigram")
}

/// How often each token followed each context.
public typealias NGramCounts = NGramTable<Int64>

/// The logits of the token after each context.
public typealias NGramLogits = NGramTable<Float>

extension NGramTable<Int64> {
  /// Counts that no `Int64` holds.
  static var overflow: DataError { DataError("a count overflows 64 bits") }

  /// Reads the counts of a model of kind `counts`.
  ///
  /// - Throws: `DataError` when it is of another kind or malformed, or a count is negative.
  init(_ model: ModelFile) throws(DataError) {
    try model.check(.counts, "counts are wanted; mm-count makes them")
    try self.init(model, tensor: "counts") { tensor in
      if case .i64(let values) = tensor.values { values } else { nil }
    }
    if let count = values.first(where: { $0 < 0 }) {
      throw model.error("a negative count: \(count)")
    }
  }

  /// Whether nothing was counted, and no character seen.
  var isEmpty: Bool { values == [0] }

  /// The counts as a model.
  var model: ModelFile { model(kind: .counts, tensor: "counts", values: .i64(values)) }
}

extension NGramTable<Float> {
  /// Reads the logits of a model of kind `bigram`.
  ///
  /// - Throws: `DataError` when it is of another kind or malformed, or a logit is not finite.
  init(_ model: ModelFile) throws(DataError) {
    try model.check(.bigram, "a bigram is wanted; mm-fit makes it")
    try self.init(model, tensor: "weight") { tensor in
      if case .f32(let values) = tensor.values { values } else { nil }
    }
    if let logit = values.first(where: { !$0.isFinite }) {
      throw model.error("a weight that is not finite: \(logit)")
    }
  }

  /// The logits as a model.
  public var model: ModelFile { model(kind: .bigram, tensor: "weight", values: .f32(values)) }
}
