extension GPT: ItemModel {
  /// The distribution of the token after those of an item so far, in the last window that they fill.
  ///
  /// - Throws: `DataError` when the model's logits are NaN or infinite.
  public func probs(
    after tokens: [Int], _ choice: SamplingChoice
  ) throws(DataError) -> [Double] {
    var window = [0] + tokens.map(Int32.init)
    GPTSampler.dropOld(of: &window, blockSize: parameters.config.blockSize)
    let engine = GPTEngine(parameters, pool: ThreadPool(threads: 1))
    engine.prepareToGrow(nodes: window.count, longest: window.count)
    var tree = PrefixTree()
    let last = window.reduce(-1) { tree.append($1, after: $0) }
    engine.extend(tree, from: 0)
    let probs = choice.probs(engine.logits(ofNode: Int(last)).map(Double.init))
    guard probs.allSatisfy(\.isFinite) else { throw GPT.noNumbers }
    return probs.map(Double.init)
  }

  /// Begins to draw items, each from a random stream of its own.
  public func sampler(_ request: SamplingRequest) throws(DataError) -> any ItemSampler {
    try GPTSampler(self, request)
  }

  /// Scores the items of a text, many at once.
  public func score(_ request: ScoringRequest, to report: LossReport) throws(DataError) {
    var scorer = GPTScorer(
      self, skipsUnknown: request.skipsUnknown, report: report,
      pool: ThreadPool(threads: request.threads))
    // What is read is scored before the tool waits for more, so the two share the scorer.
    do throws(DataError) {
      try request.input.read(into: &scorer) { (scorer) throws(DataError) in
        try scorer.score()
        try report.flush()
      }
    } catch {
      // The items before a bad one are reported all the same.
      try scorer.score()
      throw error
    }
    try scorer.score()
  }
}
