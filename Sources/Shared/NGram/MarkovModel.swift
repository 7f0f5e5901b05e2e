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

  /// The probabilities that sampling draws from.
  ///
  /// - Throws: `DataError` when nothing was counted after the context.
  func probs(after context: Context, _ choice: SamplingChoice) throws(DataError) -> [Float]

  /// The negative log-likelihood of each token, in nats; infinite where the probability is zero.
  func nll(after context: Context) -> [Double]
}

extension MarkovModel {
  /// The distribution of the token after those of an item so far, as sampling draws from it.
  public func probs(
    after tokens: [Int], _ choice: SamplingChoice
  ) throws(DataError) -> [Double] {
    try probs(after: tokens.reduce(start) { context(after: $0, $1) }, choice).map(Double.init)
  }

  /// Begins to draw items, in one random stream.
  public func sampler(_ request: SamplingRequest) throws(DataError) -> any ItemSampler {
    try NGramSampler(self, request)
  }

  /// Scores the items of a text as they are read.
  public func score(_ request: ScoringRequest, to report: LossReport) throws(DataError) {
    var scorer = NGramScorer(self, skipsUnknown: request.skipsUnknown, report: report)
    try request.input.read(into: &scorer) { (_) throws(DataError) in try report.flush() }
  }
}
