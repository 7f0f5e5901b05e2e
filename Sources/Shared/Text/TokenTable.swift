/// Characters and their tokens, found in constant time: of a vocabulary, or as they appear in a text.
///
///     var table = TokenTable()
///     table.insert("b")   // 1
///     table.insert("a")   // 2
///     table.ranks         // [0, 2, 1]: what they are in the sorted vocabulary
///
/// A page of 256 entries for each run of 256 code points that occurs, found by the high bits.
struct TokenTable: Sendable {
  /// The characters of tokens 1, 2, ...
  private(set) var scalars: [Unicode.Scalar] = []

  /// For the high bits of a code point, which 256 entries of `tokens` have its token.
  private(set) var pages = [UInt16](repeating: 0, count: 0x110000 >> 8)

  /// The tokens of the characters of each page; 0 for none, as in all of page 0.
  private(set) var tokens = [UInt32](repeating: 0, count: 256)

  /// A table that knows no character.
  init() {}

  /// The tokens of a vocabulary.
  init(_ vocabulary: Vocabulary) {
    for scalar in vocabulary.scalars { insert(scalar) }
  }

  /// The token of a character, or 0 where it has none.
  @inline(__always)
  func token(of scalar: Unicode.Scalar) -> Int {
    Int(tokens[Int(pages[Int(scalar.value >> 8)]) << 8 | Int(scalar.value & 0xFF)])
  }

  /// Gives a character the next token, unless it has one.
  ///
  /// - Returns: Its token.
  @discardableResult
  mutating func insert(_ scalar: Unicode.Scalar) -> Int {
    let known = token(of: scalar)
    if known != 0 { return known }
    let high = Int(scalar.value >> 8)
    if pages[high] == 0 {
      pages[high] = UInt16(tokens.count >> 8)
      tokens.append(contentsOf: repeatElement(0, count: 256))
    }
    scalars.append(scalar)
    tokens[Int(pages[high]) << 8 | Int(scalar.value & 0xFF)] = UInt32(scalars.count)
    return scalars.count
  }

  /// The characters in the order of their code points.
  var vocabulary: Vocabulary { Vocabulary(sorted: scalars.sorted()) }

  /// The token that each token of this table is in `vocabulary`; the boundary stays 0.
  var ranks: [Int] {
    var ranks = [Int](repeating: 0, count: scalars.count + 1)
    let sorted = scalars.indices.sorted { scalars[$0] < scalars[$1] }
    for (rank, index) in sorted.enumerated() { ranks[index + 1] = rank + 1 }
    return ranks
  }
}
