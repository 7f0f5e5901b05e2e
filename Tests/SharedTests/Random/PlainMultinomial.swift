import Foundation

@testable import Random

// The plain way of drawing, of which `MultinomialSampler` is the fast one.

extension TorchGenerator {
  /// Draws exponentials of a rate: `torch.empty(count).exponential_(rate)`.
  mutating func exponential(_ count: Int, rate: Double = 1) -> [Float] {
    (0..<count).map { _ in Float((-1 / rate) * log1p(-nextDouble())) }
  }

  /// Draws an index in proportion to weights: `torch.multinomial(probs, 1)`.
  ///
  ///     argmax(probs[j] / exponential[j])
  mutating func multinomial(_ probs: [Float]) -> Int {
    let q = exponential(probs.count)
    return ExponentialRace.winner(probs) { q[$0] }
  }
}
