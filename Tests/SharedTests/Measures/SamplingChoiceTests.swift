import Foundation
import Testing

@testable import Shared

@Suite struct SamplingChoiceTests {
  private let logits: [Double] = [0, 2, -.infinity, 1, 2, -700]

  @Test func probsAreTheSoftmax() {
    let sum = 1 + 2 * exp(2.0) + exp(1.0)
    let expected = [1, exp(2), 0, exp(1), exp(2), 0].map { Float($0 / sum) }
    for (p, q) in zip(SamplingChoice().probs(logits), expected) { #expect(abs(p - q) <= p.ulp) }
  }

  @Test func aTemperatureDividesLogits() {
    for temperature in [0.5, 2.0, 10] {
      let probs = SamplingChoice(temperature: temperature).probs(logits)
      #expect(probs == SamplingChoice().probs(logits.map { $0 / temperature }))
    }
    #expect(SamplingChoice(temperature: 1e-300).probs(logits) == [0, 0.5, 0, 0, 0.5, 0])
    #expect(SamplingChoice(temperature: 1e300).probs(logits) == [0.2, 0.2, 0, 0.2, 0.2, 0.2])
  }

  @Test func topKIsRenormalized() {
    func probs(_ topK: Int) -> [Float] { SamplingChoice(topK: topK).probs(logits) }
    #expect(probs(1) == [0, 1, 0, 0, 0, 0])
    #expect(probs(2) == [0, 0.5, 0, 0, 0.5, 0])
    let three = SamplingChoice().probs([-.infinity, 2, -.infinity, 1, 2, -.infinity])
    #expect(probs(3) == three)
    for topK in [6, 7, Int.max] { #expect(probs(topK) == SamplingChoice().probs(logits)) }
  }

  @Test func noChangeIsPlain() {
    #expect(SamplingChoice().isPlain(vocabSize: 3))
    #expect(SamplingChoice(topK: 3).isPlain(vocabSize: 3))
    #expect(!SamplingChoice(topK: 2).isPlain(vocabSize: 3))
    #expect(!SamplingChoice(temperature: 0.9).isPlain(vocabSize: 3))
  }

  @Test func valuesOutOfRangeAreAWrongCall() async {
    await #expect(processExitsWith: .failure) { _ = SamplingChoice(temperature: 0) }
    await #expect(processExitsWith: .failure) { _ = SamplingChoice(topK: 0) }
  }
}
