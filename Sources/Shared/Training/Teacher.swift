/// The Kneser-Ney model of the items that a run trains on: its soft targets, and items drawn from it.
///
/// Counts generalize at once, and a network in time; a network that is taught by counts has both
/// (Malagutti and others 2024, "The Role of n-gram Smoothing in the Age of Neural Networks").
struct Teacher {
  private let model: BackoffModel

  /// Counts items of a corpus, each once, but not those that are held out.
  ///
  /// The cost depends on the lines that are kept, not on their weights.
  ///
  /// - Parameter weights: How often each line is trained on.
  /// - Throws: `DataError` when there is no memory for it.
  init(_ corpus: Corpus, weights: [Int], order: Int) throws(DataError) {
    var counter = try NGramCounter(order: order, vocabulary: corpus.vocabulary)
    for (line, weight) in weights.enumerated() {
      try counter.count(corpus[line: line], times: weight)
    }
    model = try BackoffModel(counter.list(), .kneserNey)
  }

  /// The targets of training.
  var targets: SoftTargetRows { SoftTargetRows(model) }

  /// Draws items, as `mm-sample --smooth kn` does.
  ///
  /// - Parameter longest: The length at which an item is cut.
  func items(_ count: Int, seed: UInt64, longest: Int) throws(DataError) -> [[Int32]] {
    var items: [[Int32]] = []
    let request = SamplingRequest(seed: seed, maxLength: longest)
    var sampler = try NGramSampler(model, request)
    if count > 0 { try sampler.draw(atMost: count) { (item) in items.append(item) } }
    return items
  }

  /// The mean loss over the tokens of some items, in nats.
  func loss(_ corpus: Corpus, _ items: some Sequence<Int>) -> Double {
    var (nll, tokens) = (0.0, 0)
    for item in items {
      var context = model.start
      for token in Array(corpus[item]) + [0] {
        nll += model.nll(of: Int(token), after: context)
        context = model.context(after: context, Int(token))
        tokens += 1
      }
    }
    return nll / Double(tokens)
  }
}

extension TrainingRun {
  /// The mean loss of Kneser-Ney of order 6, counted in the items trained on, over the tokens of those
  /// held out.
  ///
  /// - Throws: `DataError` when there is no memory for the counts.
  func kneserNeyLoss() throws(DataError) -> Double {
    try Teacher(corpus, weights: trainedWeights, order: 6).loss(corpus, heldOut)
  }
}
