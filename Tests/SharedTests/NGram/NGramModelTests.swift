import Foundation
import Testing

@testable import Shared

@Suite struct NGramModelTests {
  private func counts(_ values: [Int64], vocab: String = "ab", smooth: Double = 0) throws
    -> NGramModel
  {
    let counts = NGramCounts(vocabulary: try Vocabulary(text: vocab), order: 2, values: values)
    return NGramModel(counts, smooth: smooth)
  }

  private func logits(_ values: [Float]) throws -> NGramModel {
    let logits = NGramLogits(vocabulary: try Vocabulary(text: "ab"), order: 2, values: values)
    return NGramModel(logits)
  }

  private let values: [Int64] = [0, 3, 7, 1, 0, 0, 0, 0, 0]

  @Test func countsAreDividedInFloat() throws {
    let model = try counts(values)
    #expect(model.probs(after: 0, SamplingChoice()) == [0, Float(3) / 10, Float(7) / 10])
    #expect(model.probs(after: 0, SamplingChoice(topK: 5)) == [0, Float(3) / 10, Float(7) / 10])
    let smooth = try counts(values, smooth: 0.3)
    #expect(
      smooth.probs(after: 0, SamplingChoice())?.bits
        == [0, 3, 7].map { Float(Double($0) + 0.3) / Float(10 + 0.3 * 3) }.bits)
  }

  @Test func largeCountsAreRoundedOnce() throws {
    // Their sum is beyond 64 bits; the first is no Double either.
    let large = (Int64(1) << 62) + (1 << 38) + 1
    let model = try counts([large, large, large] + [0, 0, 0, 0, 0, 0])
    let sum = Float(Int128(large) * 3)
    #expect(
      model.probs(after: 0, SamplingChoice())?.bits
        == Array(repeating: Float(large) / sum, count: 3).bits)
    #expect(model.nll(after: 0).allSatisfy { abs($0 - log(3)) < 1e-15 })
  }

  @Test func temperatureAndTopKGoThroughLogProbabilities() throws {
    let model = try counts(values)
    let sharp = try #require(model.probs(after: 0, SamplingChoice(temperature: 0.5)))
    for (p, q) in zip(sharp, [0, 9.0 / 58, 49.0 / 58]) { #expect(abs(Double(p) - q) < 1e-7) }
    #expect(model.probs(after: 0, SamplingChoice(topK: 1)) == [0, 0, 1])
  }

  @Test func aContextThatWasNeverCountedIsShown() throws {
    let model = try counts(values, vocab: " b")
    #expect(
      try dataError { _ = try model.probs(after: [1, 2], SamplingChoice()) }?.reason
        == "no count follows 'b'; --smooth kn gives every token a chance")
    #expect(model.probs(after: 2, SamplingChoice()) == nil)
    #expect(model.nll(after: 2) == [.infinity, .infinity, .infinity])
    let smooth = try counts(values, smooth: 1)
    #expect(smooth.probs(after: 2, SamplingChoice()) == [Float](repeating: 1 / 3, count: 3))
    for nll in smooth.nll(after: 2) { #expect(abs(nll - log(3)) < 1e-15) }
  }

  /// Beyond the range of `Float` the probabilities are still those of the counts.
  @Test(arguments: [1e-60, 1e39, 1e300])
  func smoothingOfAnySizeDraws(smooth: Double) throws {
    let model = try counts(values, smooth: smooth)
    for context in 0..<3 {
      let probs = try #require(model.probs(after: context, SamplingChoice()))
      #expect(probs.allSatisfy { $0 >= 0 && $0 <= 1 })
      #expect(abs(probs.reduce(0, +) - 1) < 1e-6)
      _ = MultinomialRow(probs)
    }
  }

  @Test func lossesAreThoseOfTheProbabilities() throws {
    let model = try counts(values, smooth: 0.5)
    for (nll, count) in zip(model.nll(after: 0), [0.5, 3.5, 7.5]) {
      #expect(abs(nll + log(count / 11.5)) < 1e-15)
    }
    #expect(try counts(values).nll(after: 0)[0] == .infinity)
  }

  @Test func logitsGoThroughTheSoftmax() throws {
    let model = try logits([0, 1, 2, -1000, 1000, 1000, 0, 0, 0])
    let sum = 1 + exp(1.0) + exp(2.0)
    for (nll, logit) in zip(model.nll(after: 0), [0.0, 1, 2]) {
      #expect(abs(nll - (log(sum) - logit)) < 1e-14)
    }
    #expect(model.probs(after: 1, SamplingChoice()) == [0, 0.5, 0.5])
    #expect(model.nll(after: 1)[0] == 2000 + log(2.0))
  }

  @Test func aContextIsItsLastTokens() throws {
    let table = NGramCounts(
      vocabulary: try Vocabulary(text: "ab"), order: 3, values: Array(repeating: 1, count: 27))
    let model = NGramModel(table)
    #expect(model.order == 3)
    #expect(model.context(after: 0, 1) == 1)
    #expect(model.context(after: 1, 2) == 5)
    #expect(model.context(after: 5, 1) == 7)
  }
}
