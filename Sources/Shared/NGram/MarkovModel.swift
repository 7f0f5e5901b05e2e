/// A model whose next token depends on a context that many items come to: a Markov chain.
///
/// What a context is, is the model's own: a row of a table, or a state of an automaton. Whoever
/// samples or scores follows contexts and keeps what was computed for each.
protocol MarkovModel: ItemModel {
  /// What the next token depends on.
  associatedtype Context: Hashable

  /// The context at the start of an item.
  var start: Context { get }

  /// The context after one more token.
  func context(after context: Context, _ token: Int) -> Context

  /// The probabilities that sampling draws from; `nil` where nothing was counted after the context.
  func probs(after context: Context, _ choice: SamplingChoice) -> [Float]?

  /// The negative log-likelihood of each token, in nats; infinite where the probability is zero.
  func nll(after context: Context) -> [Double]

  /// The negative log-likelihood of one token, in nats.
  func nll(of token: Int, after context: Context) -> Double

  /// Whether an item is never empty: a boundary that is drawn at its start is drawn again.
  var drawsNoEmptyItem: Bool { get }

  /// The length of the longest n-grams: a context is at most one token shorter.
  var order: Int { get }
}

extension MarkovModel {
  /// The distribution of the token after those of an item so far, as sampling draws from it.
  public func probs(
    after tokens: [Int], _ choice: SamplingChoice
  ) throws(DataError) -> [Double] {
    if tokens.isEmpty, drawsNoEmptyItem { return try firstProbs(choice).map(Double.init) }
    let context = tokens.reduce(start) { self.context(after: $0, $1) }
    guard let probs = probs(after: context, choice) else { throw uncounted(after: tokens) }
    return probs.map(Double.init)
  }

  /// The distribution of an item's first token without the boundary.
  ///
  /// - Throws: `DataError` where no other token has a probability.
  func firstProbs(_ choice: SamplingChoice) throws(DataError) -> [Float] {
    var logits = nll(after: start).map { -$0 }
    logits[0] = -.infinity
    guard logits.contains(where: { $0 > -.infinity }) else { throw uncounted(after: []) }
    return choice.probs(logits)
  }

  /// The error where nothing was counted after the tokens of an item.
  func uncounted(after tokens: some BidirectionalCollection<Int>) -> DataError {
    let opening = [Int](repeating: 0, count: order - 1)
    let label = vocabulary.label((opening + tokens).suffix(order - 1))
    return DataError("no count follows '\(label)'; --smooth kn gives every token a chance")
  }

  /// Begins to draw items, in one random stream.
  public func sampler(_ request: SamplingRequest) throws(DataError) -> any ItemSampler {
    try NGramSampler(self, request)
  }

  /// Items that are drawn together.
  public func wave(on pool: ThreadPool) throws(DataError) -> any ItemWave { NGramWave(self) }

  /// What scores items that are there as a whole.
  public func tokenScorer(on pool: ThreadPool) throws(DataError) -> any TokenScorer {
    NGramTokenScorer(self)
  }

  /// Scores the items of a text as they are read.
  public func score(_ request: ScoringRequest, to report: LossReport) throws(DataError) {
    var scorer = NGramScorer(self, skipsUnknown: request.skipsUnknown, report: report)
    try request.input.read(into: &scorer) { (_, waits) throws(DataError) in
      if waits { try report.flush() }
      report.showProgress()
    }
  }
}
