/// Items in memory, as tokens over a vocabulary.
public struct Corpus: RandomAccessCollection, Sendable {
  /// The characters of tokens 1, 2 and so on.
  public let vocabulary: Vocabulary

  /// The tokens of all the items, without boundaries, one after the other.
  private let tokens: [Int32]

  /// Where each item begins in `tokens`; one more than there are items.
  private let starts: [Int]

  /// Reads the items of a text.
  ///
  /// - Parameter vocabulary: What the tokens are; without one, the characters of the text.
  /// - Throws: `DataError` when a file cannot be read, is no UTF-8, or has characters that the
  ///   vocabulary lacks.
  public init(_ input: TextInput, vocabulary: Vocabulary? = nil) throws(DataError) {
    var reader = CorpusReader(vocabulary)
    try input.read(into: &reader)
    self.vocabulary = vocabulary ?? reader.table.vocabulary
    starts = reader.starts
    if vocabulary != nil {
      tokens = reader.tokens
    } else {
      let ranks = reader.table.ranks.map(Int32.init)
      tokens = reader.tokens.map { ranks[Int($0)] }
    }
  }

  /// The index of the first item.
  public var startIndex: Int { 0 }

  /// The number of items.
  public var endIndex: Int { starts.count - 1 }

  /// The number of tokens of all items, without boundaries.
  public var tokenCount: Int { tokens.count }

  /// The tokens of an item, without boundaries.
  public subscript(index: Int) -> ArraySlice<Int32> {
    tokens[starts[index]..<starts[index + 1]]
  }

  /// A number that tells texts apart: FNV-1a (Fowler, Noll and Vo) over characters and ends.
  public var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ value: UInt32) { hash = (hash ^ UInt64(value)) &* 0x100_0000_01B3 }
    for item in self {
      for token in item { add(vocabulary.scalars[Int(token) - 1].value) }
      add(UInt32.max)
    }
    return hash
  }
}

/// Collects the tokens of items.
private struct CorpusReader: ItemVisitor {
  let isVocabularyKnown: Bool
  var table: TokenTable
  var tokens: [Int32] = []
  var starts = [0]

  init(_ vocabulary: Vocabulary?) {
    isVocabularyKnown = vocabulary != nil
    table = vocabulary.map(TokenTable.init) ?? TokenTable()
  }

  var knownCharacters: Vocabulary? { isVocabularyKnown ? table.vocabulary : nil }

  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    var token = table.token(of: scalar)
    if token == 0 {
      if isVocabularyKnown { throw Vocabulary.unknown(scalar) }
      token = table.insert(scalar)
    }
    tokens.append(Int32(token))
  }

  mutating func endItem(line: Int) {
    if tokens.count > starts[starts.count - 1] { starts.append(tokens.count) }
  }
}
