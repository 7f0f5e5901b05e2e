/// Items of a text that wait to be scored together, and the item that is being read.
///
/// The memory is bounded, except by the longest line.
struct WaitingItems {
  /// The characters of the tokens.
  let vocabulary: Vocabulary

  /// The items that wait.
  var forest = PrefixForest()

  /// The lines of those items, and how often they count.
  private(set) var lines: [(number: Int, weight: Int)] = []

  /// The tokens of the item that is being read.
  private var item: [Int32] = []

  private let table: TokenTable

  /// How many tokens wait before they are scored: enough for neighbours to have much in common.
  private let limit: Int

  init(_ vocabulary: Vocabulary, limit: Int = 1 << 18) {
    self.vocabulary = vocabulary
    self.limit = limit
    table = TokenTable(vocabulary)
  }

  /// The number of tokens of the item that is being read.
  var itemLength: Int { item.count }

  /// Whether the items that wait are enough to be scored.
  var isFull: Bool { forest.tokenCount >= limit }

  /// Takes a character after those before it.
  ///
  /// - Returns: Whether it has a token.
  mutating func read(_ scalar: Unicode.Scalar) throws(DataError) -> Bool {
    let token = table.token(of: scalar)
    if token == 0 { return false }
    guard item.makeRoom(for: 1) else { throw outOfMemory }
    item.append(Int32(token))
    return true
  }

  /// Ends the item; an empty one is none.
  mutating func endItem(line: Int, weight: Int = 1) throws(DataError) {
    if item.isEmpty { return }
    // Here the line is known on which they become too many.
    guard Memory.has(item.count * Self.bytesPerToken) else { throw outOfMemory }
    lines.append((line, weight))
    forest.append(item)
    dropItem()
  }

  /// Leaves out the item that is being read.
  mutating func dropItem() { item.removeAll(keepingCapacity: true) }

  /// Leaves out all that wait.
  mutating func removeAll() {
    forest.removeAll()
    lines.removeAll(keepingCapacity: true)
  }

  /// What a token that waits takes at most: it may be a window of its own, in arrays that double as
  /// they grow, and it has a loss.
  private static let bytesPerToken = 160

  /// What the items take that wait for one another, without one longer line, in bytes.
  static var memory: Int { (1 << 18) * bytesPerToken / 2 }

  private var outOfMemory: DataError {
    DataError("out of memory at an item of \(item.count) characters")
  }
}
