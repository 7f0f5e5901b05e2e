/// How counts become probabilities.
public enum Smoothing: Equatable, Sendable {
  /// A number is added to every count (Lidstone 1920); 0 leaves the counts as they are.
  case additive(Double)

  /// Interpolated modified Kneser-Ney.
  case kneserNey

  /// Interpolated Witten-Bell.
  case wittenBell

  /// The counts as they are.
  static let none = Smoothing.additive(0)
}

extension Smoothing: OptionValue {
  /// Reads a number that is not negative, `kn` or `wb`.
  public init?(word: String) {
    switch word {
    case "kn": self = .kneserNey
    case "wb": self = .wittenBell
    default:
      guard let added = Double(word: word), added >= 0 else { return nil }
      self = .additive(added)
    }
  }

  /// The number, `kn` or `wb`.
  public var word: String {
    switch self {
    case .additive(let added): added.word
    case .kneserNey: "kn"
    case .wittenBell: "wb"
    }
  }

  /// A number that is not negative, or a method.
  public static var wanted: String { "kn, wb or a number, 0 or more" }
}

extension Counts {
  /// The counts as a language model.
  ///
  /// - Throws: `DataError` when a method needs counts and there are none, or there is no memory.
  func model(_ smoothing: Smoothing) throws(DataError) -> any ItemModel {
    switch (self, smoothing) {
    case (.table(let table), .additive(let added)): NGramModel(table, smooth: added)
    case (.list(let list), .additive(let added)): try NGramListModel(list, smooth: added)
    case (_, .kneserNey): try BackoffModel(list(), .kneserNey)
    case (_, .wittenBell): try BackoffModel(list(), .wittenBell)
    }
  }

  /// The counts as a list.
  ///
  /// - Throws: `DataError` when a table counts what no text has, or there is no memory.
  public func list() throws(DataError) -> NGramList {
    switch self {
    case .table(let table): try NGramList(table)
    case .list(let list): list
    }
  }

  /// The counts as a table of all n-grams that there could be.
  ///
  /// - Throws: `DataError` with its size when it would not fit the memory.
  func table() throws(DataError) -> NGramCounts {
    switch self {
    case .table(let table): return table
    case .list(let list):
      let size = list.vocabulary.count
      try NGramCounts.checkSize(vocabSize: size, order: list.order)
      let cells = (0..<list.order).reduce(1) { cells, _ in cells * size }
      guard var values = Memory.array(repeating: Int64(0), count: cells) else {
        throw DataError("out of memory: the table takes \(ByteCount.text(8 * Double(cells)))")
      }
      for ngram in 0..<list.count {
        let cell = (0..<list.order).reduce(0) { $0 * size + list.token($1, of: ngram) }
        values[cell] = list.counts[ngram]
      }
      return NGramCounts(vocabulary: list.vocabulary, order: list.order, values: values)
    }
  }
}
