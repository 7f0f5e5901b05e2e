/// Counts as a model holds them: a table of every n-gram, or a list of those that occur.
public enum Counts: Sendable {
  /// A table, of bigrams or as older versions wrote them.
  case table(NGramCounts)

  /// A list.
  case list(NGramList)

  /// Reads the counts of a model.
  ///
  /// - Throws: `DataError` when it is of another kind or malformed.
  init(_ model: ModelFile) throws(DataError) {
    if model.tensors.contains(where: { $0.name == "ngrams" }) {
      self = .list(try NGramList(model))
    } else {
      self = .table(try NGramCounts(model))
    }
  }

  /// Reads the counts of a file: one model of them, or rows alone.
  ///
  /// - Throws: `DataError` when there are none, more than one model, or they are malformed.
  public static func read(_ operand: String) throws(DataError) -> Counts {
    var reader = ModelReader(try InputFile(operand))
    do throws(DataError) {
      if let rows = try reader.rows() { return try Counts(rows) }
      return try Counts(reader.only())
    } catch { throw error.at(operand) }
  }

  /// Adds up rows alone.
  ///
  /// - Throws: `DataError` where one is malformed, a count overflows, or no n-gram opens an item: rows
  ///   cannot show in another way that some are missing.
  init(_ rows: NGramRows) throws(DataError) {
    let counter = try NGramCounter(rows)
    self = try counter.isTable ? .table(counter.asTable()) : .list(counter.list())
    if isEmpty { return }
    let opens =
      switch self {
      case .table(let table): table.row(0).dropFirst().contains { $0 > 0 }
      case .list(let list):
        (0..<list.count).contains { ngram in
          (0..<order).allSatisfy { (list.token($0, of: ngram) == 0) == ($0 < order - 1) }
        }
      }
    if !opens { throw DataError("no n-gram opens an item: rows are missing") }
  }

  /// The length of an n-gram.
  var order: Int {
    switch self {
    case .table(let table): table.order
    case .list(let list): list.order
    }
  }

  /// Whether nothing was counted, and no character seen.
  var isEmpty: Bool {
    switch self {
    case .table(let table): table.isEmpty
    case .list(let list): list.count == 0
    }
  }

  /// Writes the counts, in the shape that mm-count gives them.
  ///
  /// - Throws: `DataError` when a write fails, or there is no memory.
  func write(to output: OutputFile, as form: ModelForm) throws(DataError) {
    var counter = try NGramCounter(order: order)
    try counter.add(self)
    try counter.write(to: output, as: form)
  }
}
