/// Scores items under a GPT-2 as they are read.
///
/// Items are gathered, sorted and scored as trees of a few thousand nodes: what sorted neighbours
/// have in common is computed once, and the memory is bounded, but for the longest line.
struct GPTScorer: ItemVisitor {
  private let gpt: GPT
  private let model: GPTModel
  private let skipsUnknown: Bool
  private let report: LossReport
  private let tokenOf: [Unicode.Scalar: Int32]

  /// The tokens of the items that wait, each opened and closed by the boundary.
  private var sequences: [Int32] = [0]

  /// Where each of them begins, and where the next will.
  private var starts = [0]

  /// The lines of those items.
  private var lines: [Int] = []

  private var isSkipped = false
  private var lineNumbers = LineNumbers()
  private var tree = PrefixTree()

  /// All the items together.
  private(set) var sum = LossSum()

  /// How many tokens wait before they are scored: enough for neighbours to have much in common.
  var waitingLimit = 1 << 18

  /// How many nodes a tree has, about: as many as keep the products busy.
  var nodeLimit = 1 << 12

  init(_ gpt: GPT, skipsUnknown: Bool, report: LossReport, pool: ThreadPool) {
    self.gpt = gpt
    model = GPTModel(gpt.parameters, pool: pool)
    self.skipsUnknown = skipsUnknown
    self.report = report
    var tokenOf: [Unicode.Scalar: Int32] = [:]
    for (index, scalar) in gpt.vocabulary.scalars.enumerated() {
      tokenOf[scalar] = Int32(index + 1)
    }
    self.tokenOf = tokenOf
  }

  /// Takes a character after those before it.
  ///
  /// - Throws: `DataError` when the model does not know it, unless such items are skipped.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    if let token = tokenOf[scalar] {
      sequences.append(token)
    } else if skipsUnknown {
      isSkipped = true
    } else {
      throw LossReport.unknown(scalar)
    }
  }

  /// Ends an item, and scores those that wait once they are many.
  mutating func endItem(line: Int) throws(DataError) {
    let line = lineNumbers.overall(line)
    let start = starts[starts.count - 1]
    if isSkipped {
      sum.skipped += 1
      isSkipped = false
      sequences.removeSubrange((start + 1)...)
    } else if sequences.count > start + 1 {
      lines.append(line)
      sequences.append(0)
      starts.append(sequences.count)
      sequences.append(0)
      if sequences.count >= waitingLimit { try score() }
    }
  }

  /// Scores the items that wait and reports them in their order.
  mutating func score() throws(DataError) {
    var windows: [PrefixTree.Window] = []
    for item in lines.indices {
      // The targets of an item are its tokens but the first, the inputs those but the last.
      PrefixTree.cut(
        start: starts[item], inputs: starts[item + 1] - starts[item] - 1,
        blockSize: model.config.blockSize, place: starts[item] - item, into: &windows)
    }
    PrefixTree.sort(&windows, of: sequences)
    var losses = [Float](repeating: 0, count: starts[lines.count] - lines.count)
    var begin = 0
    while begin < windows.count {
      let end = self.end(ofTreeFrom: begin, windows)
      tree.rebuild(windows[begin..<end], of: sequences)
      let scored = model.tokenLosses(tree)
      for index in begin..<end {
        let window = windows[index]
        let first = tree.itemStarts[index - begin]
        for token in 0..<window.inputs - window.firstScored {
          losses[window.place + token] = scored[first + token]
        }
      }
      begin = end
    }
    for (item, line) in lines.enumerated() {
      try reportItem(
        line, sequences[(starts[item] + 1)..<starts[item + 1]], losses[(starts[item] - item)...])
    }
    sequences.removeSubrange(..<starts[lines.count])
    starts = [0]
    lines.removeAll(keepingCapacity: true)
  }

  /// The end of the windows, from one of them on, that make a tree of about the largest size.
  private func end(ofTreeFrom begin: Int, _ windows: [PrefixTree.Window]) -> Int {
    var nodes = windows[begin].inputs
    var end = begin + 1
    while end < windows.count, nodes < nodeLimit {
      let (previous, next) = (windows[end - 1], windows[end])
      var common = 0
      while common < min(previous.inputs, next.inputs),
        sequences[previous.start + common] == sequences[next.start + common]
      { common += 1 }
      nodes += next.inputs - common
      end += 1
    }
    return end
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
    sum.add(nll, tokens: targets.count)
    try report.add(ItemLoss(line: line, nll: nll, tokenCount: targets.count), tokens)
  }
}

extension LossReport {
  /// Scores the items of a text under a GPT-2.
  ///
  /// - Parameter skipsUnknown: Items with characters that the model does not know are left out;
  ///   otherwise they are an error.
  /// - Throws: `DataError` when the text cannot be read, is no UTF-8 or has unknown characters, and
  ///   when a write fails.
  public func score(
    _ input: TextInput, under gpt: GPT, skipsUnknown: Bool, threads: Int
  ) throws(DataError) {
    var scorer = GPTScorer(
      gpt, skipsUnknown: skipsUnknown, report: self, pool: ThreadPool(threads: threads))
    // What is read is scored before the tool waits for more, so the two share the scorer.
    do throws(DataError) {
      try input.read(into: &scorer) { (scorer) throws(DataError) in
        try scorer.score()
        try flush()
      }
    } catch {
      // The items before a bad one are reported all the same.
      try scorer.score()
      throw error
    }
    try scorer.score()
    sum = scorer.sum
  }

  /// The error at a character that the model does not know.
  static func unknown(_ scalar: Unicode.Scalar) -> DataError {
    DataError("the model does not know \(scalar.quoted); --skip-unknown leaves such items out")
  }
}
