/// Scores the tokens of items.
public protocol TokenScorer {
  /// Computes the negative log-likelihood of each scored token, in nats: item after item, at the places
  /// of `items.range`, closing boundaries included.
  ///
  /// Each is the same to the last bit whatever the other items are; NaN where weights are too large to
  /// compute with.
  mutating func tokenLosses(_ items: inout PrefixForest) -> [Double]
}

/// Scores items as they are read, many together.
///
/// The memory is bounded, except by the longest line.
struct BatchScorer: ItemVisitor {
  private var scorer: any TokenScorer
  private let skipsUnknown: Bool
  private let report: LossReport
  private let vocabulary: Vocabulary
  private let table: TokenTable

  /// The items that wait.
  private var items = PrefixForest()

  /// The lines of those items, and how often they count.
  private var lines: [(number: Int, weight: Int)] = []

  /// The tokens of the item that is being read.
  private var item: [Int32] = []

  private var isSkipped = false
  private var weight = 1

  /// The number of tokens of all items, as often as they count.
  private var tokenCount = 0
  private var lineNumbers = LineNumbers()

  /// How many tokens wait before they are scored: enough for neighbours to have much in common.
  private let waitingLimit: Int

  init(
    _ scorer: any TokenScorer, _ vocabulary: Vocabulary, skipsUnknown: Bool, report: LossReport,
    waitingLimit: Int = 1 << 18
  ) {
    self.scorer = scorer
    self.skipsUnknown = skipsUnknown
    self.report = report
    self.waitingLimit = waitingLimit
    self.vocabulary = vocabulary
    table = TokenTable(vocabulary)
  }

  var knownCharacters: Vocabulary? { vocabulary }

  /// Says how often the next item counts.
  mutating func weigh(_ weight: Int) { self.weight = weight }

  /// Takes a character after those before it.
  ///
  /// - Throws: `DataError` when the model does not know it, unless such items are skipped.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    let token = table.token(of: scalar)
    if token != 0 {
      guard item.makeRoom(for: 1) else { throw outOfMemory }
      item.append(Int32(token))
    } else if skipsUnknown {
      isSkipped = true
    } else {
      throw LossReport.unknown(scalar)
    }
  }

  /// Ends an item, and scores those that wait once they are many.
  mutating func endItem(line: Int) throws(DataError) {
    let line = lineNumbers.overall(line)
    defer {
      item.removeAll(keepingCapacity: true)
      isSkipped = false
    }
    if isSkipped {
      try report.skip(weight)
    } else if !item.isEmpty {
      guard Memory.has(item.count * Self.bytesPerToken) else { throw outOfMemory }
      // Here the line is known on which they become too many.
      try LossSum.add(item.count + 1, times: weight, to: &tokenCount)
      lines.append((line, weight))
      items.append(item)
      if items.tokenCount >= waitingLimit { try score() }
    }
  }

  /// What a token that waits takes at most: it may be a window of its own, in arrays that double as
  /// they grow, and it has a loss.
  private static let bytesPerToken = 160

  /// What the items take that wait for one another, without one longer line, in bytes.
  static var memory: Int { (1 << 18) * bytesPerToken / 2 }

  private var outOfMemory: DataError {
    DataError("out of memory at an item of \(item.count) characters")
  }

  /// Scores the items that wait and reports them in their order.
  mutating func score() throws(DataError) {
    let losses = scorer.tokenLosses(&items)
    for (index, line) in lines.enumerated() {
      try reportItem(
        line, items.targets(ofItem: index), losses[items.range(ofItem: index)])
    }
    items.removeAll()
    lines.removeAll(keepingCapacity: true)
  }

  private mutating func reportItem(
    _ line: (number: Int, weight: Int), _ targets: ArraySlice<Int32>, _ losses: ArraySlice<Double>
  ) throws(DataError) {
    var nll = 0.0
    var tokens: [TokenLoss] = []
    for (target, loss) in zip(targets, losses) {
      nll += loss
      if report.style.keepsTokens {
        tokens.append(TokenLoss(token: Int(target), nll: loss))
      }
    }
    if nll.isNaN { throw DataError.noNumbers }
    let item = ItemLoss(
      line: line.number, nll: nll, tokenCount: targets.count, weight: line.weight)
    try report.add(item, tokens)
  }
}

extension DataError {
  /// The error of weights that are finite, and yet too large to compute with.
  static var noNumbers: DataError {
    DataError("the model's weights are so large that its logits are NaN or infinite")
  }
}
