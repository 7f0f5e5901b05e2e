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
struct BatchScorer: ItemVisitor {
  private var scorer: any TokenScorer
  private let skipsUnknown: Bool
  private let report: LossReport
  private var items: WaitingItems
  private var isSkipped = false
  private var weight = 1

  /// The number of tokens of all items, as often as they count.
  private var tokenCount = 0
  private var lineNumbers = LineNumbers()

  init(
    _ scorer: any TokenScorer, _ items: WaitingItems, skipsUnknown: Bool, report: LossReport
  ) {
    self.scorer = scorer
    self.items = items
    self.skipsUnknown = skipsUnknown
    self.report = report
  }

  var knownCharacters: Vocabulary? { items.vocabulary }

  /// Says how often the next item counts.
  mutating func weigh(_ weight: Int) { self.weight = weight }

  /// Takes a character after those before it.
  ///
  /// - Throws: `DataError` when the model does not know it, unless such items are skipped.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    if try items.read(scalar) { return }
    guard skipsUnknown else { throw LossReport.unknown(scalar) }
    isSkipped = true
  }

  /// Ends an item, and scores those that wait once they are many.
  mutating func endItem(line: Int) throws(DataError) {
    let line = lineNumbers.overall(line)
    if isSkipped {
      isSkipped = false
      items.dropItem()
      try report.skip(weight)
    } else if items.itemLength > 0 {
      try LossSum.add(items.itemLength + 1, times: weight, to: &tokenCount)
      try items.endItem(line: line, weight: weight)
      if items.isFull { try score() }
    }
  }

  /// Scores the items that wait and reports them in their order.
  mutating func score() throws(DataError) {
    let losses = scorer.tokenLosses(&items.forest)
    for (index, line) in items.lines.enumerated() {
      let range = items.forest.range(ofItem: index)
      try reportItem(line, items.forest.targets(ofItem: index), losses[range])
    }
    items.removeAll()
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
