/// Finds the weights with which models give a text the lowest loss.
///
///     var fit = MixtureFit(parts, pool: pool)
///     try fit.read(input)
///     fit.run()
///     Mixture(parts, weights: fit.weights)
///
/// Expectation maximization (Dempster, Laird and Rubin 1977): a model's next weight is its mean share
/// in the probabilities of the tokens. To those of the text come, for each model, `priorTokens` that it
/// alone predicts, so that a few lines leave the weights nearly equal and thousands decide: what is found
/// is the mode of the posterior under a Dirichlet prior. The loss falls with every round, to the one
/// minimum that there is, since it is convex in the weights.
struct MixtureFit {
  /// The weights so far: equal ones at first.
  private(set) var weights: [Double]

  /// The tokens beside the text that each model alone predicts.
  ///
  /// Without them, ten lines could give nearly all the weight to the worse of two models: on other text
  /// the mixture then was worse than the better by up to 0.027 nats; with 2, by 0.008. See docs/figures.md.
  static let priorTokens = 2.0

  /// The mean loss under them, in nats, once `run` has begun: over the tokens of the text and those that
  /// a model alone predicts.
  private(set) var loss = Double.infinity

  private let mixture: Mixture
  private var scorers: [PartScorer]

  /// The probabilities of all tokens, those of one token under each part next to each other.
  private var probs: [Double] = []

  /// Begins with equal weights.
  ///
  /// - Throws: `DataError` when there is no memory.
  init(_ parts: [MixturePart], pool: ThreadPool) throws(DataError) {
    weights = Array(repeating: 1 / Double(parts.count), count: parts.count)
    mixture = Mixture(parts, weights: weights)
    scorers = try mixture.partScorers(on: pool)
  }

  /// Scores a text under each model.
  ///
  /// - Throws: `DataError` when it cannot be read, has no items, a character that no model knows, or a
  ///   token that has no probability under any.
  mutating func read(_ input: TextInput) throws(DataError) {
    var reader = MixtureReader(mixture.vocabulary, scorers)
    try input.read(into: &reader)
    try reader.score()
    probs = reader.probs
    if probs.isEmpty { throw DataError("no items to fit the weights to", at: input.files[0]) }
  }

  /// Changes the weights until the mean loss falls by less than 1e-9, at most 1000 times.
  mutating func run() {
    for _ in 0..<1000 {
      let before = loss
      step()
      if before - loss < 1e-9 { break }
    }
  }

  /// Computes the loss under the weights, and the next weights.
  private mutating func step() {
    let count = probs.count / weights.count
    var shares = [Double](repeating: Self.priorTokens, count: weights.count)
    var nll = weights.reduce(0) { $0 - Self.priorTokens * log($1) }
    for token in 0..<count {
      let start = token * weights.count
      var sum = 0.0
      for part in weights.indices { sum += weights[part] * probs[start + part] }
      nll -= log(sum)
      for part in weights.indices { shares[part] += weights[part] * probs[start + part] / sum }
    }
    let total = Double(count) + Self.priorTokens * Double(weights.count)
    loss = nll / total
    weights = shares.map { $0 / total }
  }
}

/// Gathers the probabilities of the tokens of a text under each model.
private struct MixtureReader: ItemVisitor {
  private var items: WaitingItems
  private var scorers: [PartScorer]
  private(set) var probs: [Double] = []

  init(_ vocabulary: Vocabulary, _ scorers: [PartScorer]) {
    items = WaitingItems(vocabulary)
    self.scorers = scorers
  }

  var knownCharacters: Vocabulary? { items.vocabulary }

  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    if try items.read(scalar) { return }
    throw DataError(
      "no model knows \(scalar.quoted); leave such lines out, as with grep -vF '\(scalar)'")
  }

  mutating func endItem(line: Int) throws(DataError) {
    try items.endItem(line: line)
    if items.isFull { try score() }
  }

  /// Scores the items that wait.
  mutating func score() throws(DataError) {
    let first = probs.count
    guard probs.makeRoom(for: items.forest.tokenCount * scorers.count) else {
      throw DataError("out of memory at \(probs.count / scorers.count) tokens; fit to less text")
    }
    probs.append(contentsOf: repeatElement(0, count: items.forest.tokenCount * scorers.count))
    for part in scorers.indices {
      for (place, prob) in scorers[part].probs(&items.forest).enumerated() {
        if prob.isNaN { throw DataError.noNumbers }
        probs[first + place * scorers.count + part] = prob
      }
    }
    for (index, line) in items.lines.enumerated() {
      let range = items.forest.range(ofItem: index)
      for place in range {
        let start = first + place * scorers.count
        if probs[start..<start + scorers.count].allSatisfy({ $0 == 0 }) {
          let position = place - range.lowerBound
          let token = Array(items.forest.targets(ofItem: index))[position]
          throw DataError(
            "'\(items.vocabulary.label(Int(token)))', token \(position + 1) of the line, has probability 0 "
              + "under every model; --smooth kn gives every token a chance", at: "-:\(line.number)")
        }
      }
    }
    items.removeAll()
  }
}
