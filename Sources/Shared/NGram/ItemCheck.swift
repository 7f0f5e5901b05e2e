/// What merged counts must be the counts of: a number of items, and of tokens.
///
/// A piece that was lost is found, and a row, unless the lost rows close a circle, as `aa` at order 2
/// does; the number of tokens finds that as well.
public struct ItemCheck: OptionValue {
  let items: Int64
  let tokens: Int64?

  /// Reads `N` or `N:TOKENS`.
  public init?(word: String) {
    let numbers = word.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard (1...2).contains(numbers.count), numbers.allSatisfy({ $0 != nil && $0! >= 0 }) else {
      return nil
    }
    items = numbers[0] ?? 0
    tokens = numbers.count == 2 ? numbers[1] : nil
  }

  /// The numbers.
  public var word: String { tokens.map { "\(items):\($0)" } ?? "\(items)" }

  /// A number, or two.
  public static var wanted: String { "a number of items, or ITEMS:TOKENS" }

  /// Refuses counts that are not those of N items: N n-grams open one, N close one, and every
  /// context but the opening one and those that end in a boundary is left as often as it is entered.
  ///
  /// - Throws: `DataError` that says what is missing.
  public func check(_ counter: NGramCounter) throws(DataError) {
    let order = counter.order
    var (opened, closed, sum) = (Int128(counter.emptyItems), Int128(counter.emptyItems), Int128(0))
    sum = opened
    // How much more often a context is entered than left.
    var balance: [[UInt32]: Int128] = [:]
    var room = 0
    // An array of its own and an entry in a table that doubles as it grows.
    let bytesPerContext = 64 + 4 * order + 128
    try counter.forEach { (ngram, count) throws(DataError) in
      if balance.count >= room {
        room = balance.count + max(1 << 8, balance.count / 2)
        guard Memory.has(room * bytesPerContext) else {
          throw DataError("out of memory at --items: it keeps \(balance.count) contexts and more")
        }
      }
      let count = Int128(count)
      sum += count
      let context = Array(ngram.dropLast())
      if context.allSatisfy({ $0 == 0 }) {
        opened += count
      } else {
        balance[context, default: 0] -= count
      }
      if ngram[order - 1] == 0 {
        closed += count
      } else {
        balance[Array(ngram.dropFirst()), default: 0] += count
      }
    }
    if opened != Int128(items) || closed != Int128(items) {
      throw DataError(
        "\(opened) n-grams open an item and \(closed) close one, where --items \(word) wants \(items)"
      )
    }
    let unbalanced = balance.filter { $0.value != 0 }.keys
    if let context = unbalanced.min(by: { $0.lexicographicallyPrecedes($1) }) {
      let label = context.map { token in
        token == 0 ? Label.boundary : Label.escaped(counter.table.scalars[Int(token) - 1])
      }.joined()
      throw DataError("'\(label)' is not left as often as it is entered: rows are missing")
    }
    if let tokens, sum != Int128(tokens) {
      throw DataError("\(sum) tokens, where --items \(word) wants \(tokens)")
    }
  }
}
