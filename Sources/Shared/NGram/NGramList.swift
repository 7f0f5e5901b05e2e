/// The distinct n-grams that were counted, in ascending order, with their counts.
///
/// What a table of `V^order` cells holds without its zeros: an item opens with `order - 1`
/// boundaries and closes with one, so it counts once for each character and once for its end.
public struct NGramList: Equatable, Sendable {
  /// The characters of tokens 1, 2, ...
  let vocabulary: Vocabulary

  /// The length of an n-gram.
  let order: Int

  /// The tokens, `order` for each n-gram, one n-gram after the other.
  let tokens: TokenColumn

  /// How often each n-gram was counted; none is zero.
  let counts: [Int64]

  /// Creates a list.
  ///
  /// - Precondition: There are `order` tokens for each count, and the n-grams ascend.
  init(vocabulary: Vocabulary, order: Int, tokens: TokenColumn, counts: [Int64]) {
    precondition(tokens.count == order * counts.count, "an n-gram has as many tokens as its order")
    self.vocabulary = vocabulary
    self.order = order
    self.tokens = tokens
    self.counts = counts
  }

  /// The error where memory ends.
  ///
  /// - Parameter count: The n-grams that there are already.
  static func outOfMemory(_ count: Int) -> DataError {
    DataError(
      "out of memory at \(count) n-grams; try a lower --order of mm-count, or pieces of the text")
  }

  /// The number of distinct n-grams.
  var count: Int { counts.count }

  /// A token of an n-gram.
  @inline(__always)
  func token(_ position: Int, of ngram: Int) -> Int { tokens[ngram * order + position] }
}

/// Tokens in the smallest of one, two or four bytes that holds the largest of them.
enum TokenColumn: Equatable, Sendable {
  /// Of a vocabulary of at most 2^8 tokens.
  case u8([UInt8])

  /// Of a vocabulary of at most 2^16 tokens.
  case u16([UInt16])

  /// Of a larger vocabulary.
  case u32([UInt32])

  /// The number of tokens.
  var count: Int {
    switch self {
    case .u8(let tokens): tokens.count
    case .u16(let tokens): tokens.count
    case .u32(let tokens): tokens.count
    }
  }

  /// A token.
  @inline(__always)
  subscript(index: Int) -> Int {
    switch self {
    case .u8(let tokens): Int(tokens[index])
    case .u16(let tokens): Int(tokens[index])
    case .u32(let tokens): Int(tokens[index])
    }
  }
}
