/// Items in memory, as tokens over a vocabulary.
///
/// With weights, a line is kept once and stands for a number of items, its weight. The line of an item is
/// found by the item's index among the sums of the weights.
struct Corpus: RandomAccessCollection, Sendable {
  /// The characters of tokens 1, 2 and so on.
  let vocabulary: Vocabulary

  /// The tokens of all the lines, without boundaries, one after the other.
  private let tokens: [Int32]

  /// Where each line begins in `tokens`; one more than there are lines.
  private let starts: [Int]

  /// The number of items up to each line, that line's included; `nil` where each is one item.
  private let ends: [Int]?

  /// The largest number of items: what 32 bits count, as the draws of the split do.
  static let limit = 1 << 32 - 1

  /// Reads the items of a text.
  ///
  /// - Parameter vocabulary: What the tokens are; without one, the characters of the text.
  /// - Throws: `DataError` when a file cannot be read, is not UTF-8, has characters that the
  ///   vocabulary lacks, or more items than `limit`.
  init(_ input: TextInput, vocabulary: Vocabulary? = nil) throws(DataError) {
    var reader = CorpusReader(vocabulary, isWeighted: input.rules.isWeighted)
    try input.read(into: &reader)
    self.vocabulary = vocabulary ?? reader.table.vocabulary
    starts = reader.starts
    ends = reader.ends
    tokenCount = reader.tokenCount
    if vocabulary == nil {
      let ranks = reader.table.ranks.map(Int32.init)
      for index in reader.tokens.indices { reader.tokens[index] = ranks[Int(reader.tokens[index])] }
    }
    tokens = reader.tokens
  }

  /// The index of the first item.
  var startIndex: Int { 0 }

  /// The number of items.
  var endIndex: Int { ends.map { $0.last ?? 0 } ?? lineCount }

  /// The number of tokens of all items, without boundaries.
  let tokenCount: Int

  /// The tokens of an item, without boundaries.
  ///
  /// - Complexity: O(1), with weights O(log(lineCount)).
  subscript(index: Int) -> ArraySlice<Int32> { self[line: line(of: index)] }

  // MARK: Lines

  /// The number of lines that are kept.
  var lineCount: Int { starts.count - 1 }

  /// The number of tokens that are kept.
  var storedTokenCount: Int { tokens.count }

  /// The tokens of a line.
  subscript(line line: Int) -> ArraySlice<Int32> { tokens[starts[line]..<starts[line + 1]] }

  /// How many items a line is.
  func weight(ofLine line: Int) -> Int {
    guard let ends else { return 1 }
    return ends[line] - (line == 0 ? 0 : ends[line - 1])
  }

  /// The length of the longest item.
  var longest: Int { (0..<lineCount).reduce(0) { Swift.max($0, self[line: $1].count) } }

  /// How many of a line's items are left, for each line, when some are left out.
  func weights(without items: some Sequence<Int>) -> [Int] {
    var weights = (0..<lineCount).map(weight(ofLine:))
    for item in items { weights[line(of: item)] -= 1 }
    return weights
  }

  /// The line that an item is of: the first whose end is beyond it.
  private func line(of item: Int) -> Int {
    guard let ends else { return item }
    var range = ends.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if ends[middle] > item {
        range = range.lowerBound..<middle
      } else {
        range = (middle + 1)..<range.upperBound
      }
    }
    return range.lowerBound
  }

  /// A number by which texts are distinguished: FNV-1a (Fowler, Noll and Vo) over characters and ends.
  ///
  /// - Complexity: O(n) for the tokens of all items: weights and repeated lines give the same.
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ value: UInt32) { hash = (hash ^ UInt64(value)) &* 0x100_0000_01B3 }
    for line in 0..<lineCount {
      let values = self[line: line].map { vocabulary.scalars[Int($0) - 1].value }
      for _ in 0..<weight(ofLine: line) {
        for value in values { add(value) }
        add(UInt32.max)
      }
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
  var ends: [Int]?
  var tokenCount = 0
  private var count = 0
  private var weight = 1

  init(_ vocabulary: Vocabulary?, isWeighted: Bool) {
    isVocabularyKnown = vocabulary != nil
    table = vocabulary.map(TokenTable.init) ?? TokenTable()
    ends = isWeighted ? [] : nil
  }

  var knownCharacters: Vocabulary? { isVocabularyKnown ? table.vocabulary : nil }

  mutating func weigh(_ weight: Int) { self.weight = weight }

  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    var token = table.token(of: scalar)
    if token == 0 {
      if isVocabularyKnown { throw Vocabulary.unknown(scalar) }
      token = table.insert(scalar)
    }
    guard tokens.makeRoom(for: 1) else { throw outOfMemory }
    tokens.append(Int32(token))
  }

  mutating func endItem(line: Int) throws(DataError) {
    let length = tokens.count - starts[starts.count - 1]
    if length == 0 { return }
    // A weight of at most 2^62 and a count below 2^32 have a sum.
    guard count + weight <= Corpus.limit else {
      throw DataError(
        ends == nil
          ? "more than 2^32 - 1 items"
          : "the weights add up to more than 2^32 - 1 (\(Corpus.limit)) items; "
            + "divide them by a number")
    }
    count += weight
    tokenCount += weight * length
    guard starts.makeRoom(for: 1), ends?.makeRoom(for: 1) ?? true else { throw outOfMemory }
    starts.append(tokens.count)
    ends?.append(count)
  }

  private var outOfMemory: DataError {
    DataError("out of memory at \(starts.count) items of \(tokens.count) characters")
  }
}
