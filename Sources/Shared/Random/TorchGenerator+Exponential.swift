import Libc

extension TorchGenerator {
  /// Draws exponentials of a rate: `torch.empty(count).exponential_(rate)`.
  public mutating func exponential(_ count: Int, rate: Double = 1) -> [Float] {
    precondition(count >= 0, "exponential: the count is negative")
    precondition(rate > 0, "exponential: the rate is not positive")
    return (0..<count).map { _ in Float((-1 / rate) * log1p(-nextDouble())) }
  }

  /// Draws an index in proportion to weights: `torch.multinomial(probs, 1)`.
  ///
  ///     argmax(probs[j] / exponential[j])
  ///
  /// The weights need not add up to 1. Successive calls draw what one call draws for the rows of a
  /// matrix. `MultinomialSampler` draws the same indices ten times as fast.
  ///
  /// - Precondition: The weights are finite and not negative, and one is above 0.
  public mutating func multinomial(_ probs: [Float]) -> Int {
    precondition(
      probs.allSatisfy { $0 >= 0 && $0 < .infinity } && probs.contains { $0 > 0 },
      "multinomial: the weights are not finite, not negative and somewhere above 0")
    let q = exponential(probs.count)
    return ExponentialRace.winner(probs) { q[$0] }
  }
}
