// Mixture: several models as one, whose probabilities are averaged token by token. It knows its parts only
// as an `ItemModel` each, with what their file says of smoothing; which kinds there are is known to Tools.

/// One of the models of a mixture.
struct MixturePart {
  /// What a file calls it.
  let kind: ModelKind

  /// The model.
  let model: any ItemModel

  /// How counts became the model; `nil` where it is not made of counts.
  let smoothing: Smoothing?

  /// Writes the model, or the counts that it was made of.
  let write: (OutputFile, ModelForm) throws(DataError) -> Void

  /// Takes a model for a part.
  init(
    _ kind: ModelKind, _ model: any ItemModel, smoothing: Smoothing? = nil,
    write: @escaping (OutputFile, ModelForm) throws(DataError) -> Void
  ) {
    self.kind = kind
    self.model = model
    self.smoothing = smoothing
    self.write = write
  }
}

/// Several models as one: the probability of a token is the weighted mean of what they give it.
///
///     p(w | h) = sum over k of weight k p_k(w | h),    weights from 0 on whose sum is 1
///
/// This is linear interpolation (Jelinek and Mercer 1980). A part that does not know a character gives
/// it, and all that follows it in the item, no probability.
public struct Mixture: ItemModel {
  /// The characters that a part knows: tokens 1, 2, ...
  public let vocabulary: Vocabulary

  /// The models.
  let parts: [MixturePart]

  /// What each counts for: 0 or more, and 1 together.
  let weights: [Double]

  /// The tokens that the parts have for those of the mixture.
  let tokens: [PartTokens]

  /// Puts models together.
  ///
  /// - Parameter weights: One for each model, in whatever proportion.
  /// - Precondition: They are finite, 0 or more, and not all 0.
  init(_ parts: [MixturePart], weights: [Double]) {
    precondition(parts.count == weights.count, "each part has a weight")
    precondition(weights.allSatisfy { $0 >= 0 && $0.isFinite }, "weights are 0 or more")
    // The largest is 1 first, so that the sum is finite.
    let largest = weights.max() ?? 0
    precondition(largest > 0, "a weight is above 0")
    let sum = weights.reduce(0) { $0 + $1 / largest }
    self.weights = weights.map { $0 / largest / sum }
    self.parts = parts
    let scalars = Set(parts.flatMap(\.model.vocabulary.scalars))
    let vocabulary = Vocabulary(sorted: scalars.sorted())
    tokens = parts.map { PartTokens($0.model.vocabulary, in: vocabulary) }
    self.vocabulary = vocabulary
  }

  /// Items that all parts read.
  public func wave(on pool: ThreadPool) throws(DataError) -> any ItemWave {
    var waves: [any ItemWave] = []
    for part in parts { waves.append(try part.model.wave(on: pool)) }
    return MixtureWave(waves, tokens, weights)
  }

  /// What scores items under all parts.
  public func tokenScorer(on pool: ThreadPool) throws(DataError) -> any TokenScorer {
    MixtureTokenScorer(try partScorers(on: pool), weights)
  }

  /// What scores items under each part.
  func partScorers(on pool: ThreadPool) throws(DataError) -> [PartScorer] {
    var scorers: [PartScorer] = []
    for (part, tokens) in zip(parts, tokens) {
      scorers.append(PartScorer(try part.model.tokenScorer(on: pool), tokens))
    }
    return scorers
  }
}

/// The tokens of a part of a mixture.
struct PartTokens: Sendable {
  /// For each token of the mixture that of the part, or -1 where it has none.
  let inPart: [Int32]

  /// For each token of the part that of the mixture.
  let inMixture: [Int]

  init(_ vocabulary: Vocabulary, in union: Vocabulary) {
    inPart = [0] + union.scalars.map { Int32(vocabulary.token(of: $0) ?? -1) }
    inMixture = [0] + vocabulary.scalars.map { union.token(of: $0) ?? 0 }
  }

  /// Whether the part has all tokens, and so the same.
  var isWhole: Bool { inPart.count == inMixture.count }
}
