/// Counts or logits as a language model: the distribution of the token after a context.
struct NGramModel: MarkovModel, Sendable {
  private enum Table: Sendable {
    case counts(NGramCounts, smooth: Double)
    case logits(NGramLogits)
  }

  private let table: Table

  /// The characters of tokens 1, 2, ...
  let vocabulary: Vocabulary

  /// The length of the n-gram: a context has `order - 1` tokens.
  let order: Int

  /// The number of contexts.
  private let contextCount: Int

  /// The distributions of counts.
  ///
  /// - Parameter smooth: Added to every count.
  init(_ counts: NGramCounts, smooth: Double = 0) {
    table = .counts(counts, smooth: smooth)
    (vocabulary, order, contextCount) = (counts.vocabulary, counts.order, counts.rowCount)
  }

  /// The distributions of logits.
  init(_ logits: NGramLogits) {
    table = .logits(logits)
    (vocabulary, order, contextCount) = (logits.vocabulary, logits.order, logits.rowCount)
  }

  /// The context at the start of an item: boundaries alone.
  var start: Int { 0 }

  /// The context after one more token.
  func context(after context: Int, _ token: Int) -> Int {
    (context * vocabulary.count + token) % contextCount
  }

  /// The probabilities that sampling draws from.
  ///
  /// For counts alone they are `Float(count + smooth) / Float(row sum + smooth * V)`, as the
  /// reference computes them. Logits, and what `choice` changes, go through `softmax` in `Double`.
  func probs(after context: Int, _ choice: SamplingChoice) -> [Float]? {
    switch table {
    case .counts(let counts, let smooth):
      Self.probs(counts.row(context), smooth: smooth, choice)
    case .logits(let logits): choice.probs(logits.row(context).map(Double.init))
    }
  }

  /// The probabilities of a row of counts; `nil` where they are all zero.
  static func probs(
    _ row: ArraySlice<Int64>, smooth: Double, _ choice: SamplingChoice
  ) -> [Float]? {
    let (sum, integerSum) = Self.sums(row)
    let total = sum + smooth * Double(row.count)
    if total == 0 { return nil }
    if choice.isPlain(vocabSize: row.count) {
      let divisor = smooth == 0 ? Float(integerSum) : Float(total)
      let probs = row.map { (smooth == 0 ? Float($0) : Float(Double($0) + smooth)) / divisor }
      if probs.contains(where: { $0 > 0 }), probs.allSatisfy(\.isFinite) { return probs }
      // The smoothing is too small or too large for a `Float`.
    }
    return choice.probs(row.map { log(Double($0) + smooth) })
  }

  /// The negative log-likelihood of each token, in nats.
  ///
  /// Infinite for what has a probability of zero, as is everything after a context that never
  /// occurred.
  func nll(after context: Int) -> [Double] {
    switch table {
    case .counts(let counts, let smooth): return Self.nll(counts.row(context), smooth: smooth)
    case .logits(let logits):
      let row = logits.row(context)
      let largest = Double(row.max() ?? 0)
      let logSumExp = largest + log(row.reduce(0) { $0 + exp(Double($1) - largest) })
      return row.map { logSumExp - Double($0) }
    }
  }

  /// The negative log-likelihood of each token of a row of counts, in nats.
  static func nll(_ row: ArraySlice<Int64>, smooth: Double) -> [Double] {
    let total = sums(row).sum + smooth * Double(row.count)
    return row.map { count in
      let count = Double(count) + smooth
      return count == 0 ? .infinity : log(total / count)
    }
  }

  /// The negative log-likelihood of a token, in nats.
  func nll(of token: Int, after context: Int) -> Double { nll(after: context)[token] }

  /// An item may be empty, as PyTorch's draws may.
  var drawsNoEmptyItem: Bool { false }

  /// The sum of counts, which may be more than an `Int64` holds.
  private static func sums(_ row: ArraySlice<Int64>) -> (sum: Double, integerSum: Int128) {
    let sum = row.reduce(Int128(0)) { $0 + Int128($1) }
    return (Double(sum), sum)
  }
}
