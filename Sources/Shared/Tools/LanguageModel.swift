/// A model that mm-sample draws from and mm-loss scores under, of whatever kind.
public enum LanguageModel {
  /// Counts, or logits of the same shape.
  case nGram(NGramModel)

  /// A GPT-2.
  case gpt(GPT)

  /// Takes a model for what it is.
  ///
  /// - Parameter smooth: Added to every count.
  /// - Throws: `DataError` when it is malformed or of kind `losses`, `UsageError` when something
  ///   else than counts is to be smoothed.
  public init(_ model: ModelFile, smooth: Double) throws {
    let kind = try model.kind()
    if smooth != 0, kind != .counts {
      throw UsageError("--smooth adds to counts, and \(model.place) is a model of kind \(kind)")
    }
    switch kind {
    case .counts: self = .nGram(NGramModel(try NGramCounts(model), smooth: smooth))
    case .bigram: self = .nGram(NGramModel(try NGramLogits(model)))
    case .gpt: self = .gpt(try GPT(model))
    case .losses: throw model.error("holds losses, from which nothing can be drawn or scored")
    }
  }

  /// The characters of tokens 1, 2 and so on.
  public var vocabulary: Vocabulary {
    switch self {
    case .nGram(let model): model.vocabulary
    case .gpt(let gpt): gpt.vocabulary
    }
  }
}
