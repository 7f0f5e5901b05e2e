/// Scores items under a GPT-2 as they are read.
///
/// Items are gathered and scored together: what they have in common is computed once, and the memory
/// is bounded, except by the longest line.
struct GPTScorer: ItemVisitor {
  private let gpt: GPT
  private let model: GPTEngine
  private let skipsUnknown: Bool
  private let report: LossReport
  private let table: TokenTable

  /// The items that wait.
  private var items = PrefixForest()

  /// The lines of those items.
  private var lines: [Int] = []

  /// The tokens of the item that is being read.
  private var item: [Int32] = []

  private var isSkipped = false
  private var lineNumbers = LineNumbers()

  /// How many tokens wait before they are scored: enough for neighbours to have much in common.
  var waitingLimit = 1 << 18

  /// How many nodes a tree has at most, about.
  var treeSize: Int

  init(_ gpt: GPT, skipsUnknown: Bool, report: LossReport, pool: ThreadPool) {
    self.gpt = gpt
    model = GPTEngine(gpt.parameters, pool: pool)
    self.skipsUnknown = skipsUnknown
    self.report = report
    treeSize = gpt.parameters.config.treeSize
    table = TokenTable(gpt.vocabulary)
  }

  var knownCharacters: Vocabulary? { gpt.vocabulary }

  /// Takes a character after those before it.
  ///
  /// - Throws: `DataError` when the model does not know it, unless such items are skipped.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    let token = table.token(of: scalar)
    if token != 0 {
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
      report.skip()
    } else if !item.isEmpty {
      lines.append(line)
      items.append(item)
      if items.tokenCount >= waitingLimit { try score() }
    }
  }

  /// Scores the items that wait and reports them in their order.
  mutating func score() throws(DataError) {
    items.plant(blockSize: model.config.blockSize, treeSize: treeSize)
    let losses = model.tokenLosses(items)
    for (index, line) in lines.enumerated() {
      try reportItem(line, items.targets(ofItem: index), losses[items.range(ofItem: index)])
    }
    items.removeAll()
    lines.removeAll(keepingCapacity: true)
  }

  private mutating func reportItem(
    _ line: Int, _ targets: ArraySlice<Int32>, _ losses: ArraySlice<Float>
  ) throws(DataError) {
    var nll = 0.0
    var tokens: [TokenLoss] = []
    for (target, loss) in zip(targets, losses) {
      nll += Double(loss)
      if report.style.keepsTokens {
        tokens.append(TokenLoss(token: Int(target), nll: Double(loss)))
      }
    }
    if nll.isNaN { throw GPT.noNumbers }
    try report.add(ItemLoss(line: line, nll: nll, tokenCount: targets.count), tokens)
  }
}
