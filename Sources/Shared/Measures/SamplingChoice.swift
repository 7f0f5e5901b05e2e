/// How a distribution is changed before it is drawn from.
public struct SamplingChoice: Sendable {
  /// What log-probabilities are divided by: below 1 sharper, above 1 flatter.
  let temperature: Double

  /// How many of the likeliest tokens are left; `nil` leaves all.
  let topK: Int?

  /// Creates a choice.
  ///
  /// - Precondition: `temperature` is above 0 and `topK`, if any, at least 1.
  init(temperature: Double = 1, topK: Int? = nil) {
    precondition(temperature > 0, "the temperature is above 0")
    precondition(topK ?? 1 >= 1, "top k is at least 1")
    self.temperature = temperature
    self.topK = topK
  }

  /// Whether the distribution stays as it is.
  func isPlain(vocabSize: Int) -> Bool {
    temperature == 1 && topK ?? vocabSize >= vocabSize
  }

  /// The softmax of logits, in `Double` and narrowed to `Float`.
  ///
  /// Of equal logits the first come first among the top k, so `topK` 1 is the first largest.
  ///
  /// - Precondition: One of them is finite, and none is NaN or positive infinity.
  /// - Complexity: O(V log V) with a top k, else O(V).
  func probs(_ logits: [Double]) -> [Float] {
    var logits = logits
    if let topK, topK < logits.count {
      let order = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
      for index in order.dropFirst(topK) { logits[index] = -.infinity }
    }
    let largest = logits.max() ?? 0
    let weights = logits.map { exp(($0 - largest) / temperature) }
    let sum = weights.reduce(0, +)
    return weights.map { Float($0 / sum) }
  }
}
