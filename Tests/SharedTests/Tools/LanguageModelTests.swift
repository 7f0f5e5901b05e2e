import Testing

@testable import Shared

@Suite struct LanguageModelTests {
  @Test func otherModelsAreRefused() throws {
    #expect(
      try usageError {
        let logits = NGramLogits(vocabulary: try Vocabulary(text: ""), order: 2, values: [0])
        _ = try LanguageModel.of(logits.model, .additive(1))
      } == "--smooth is for counts, and - is a model of kind bigram")
    let losses = ModelFile(kind: .losses, vocabulary: nil, tensors: [])
    #expect(
      try dataError { _ = try LanguageModel.of(losses, nil) }
        == DataError("holds losses, from which nothing can be drawn or scored", at: "-"))
    let unknown = ModelFile(
      kind: ModelKind(rawValue: "markov"), vocabulary: nil, tensors: [])
    #expect(
      try dataError { _ = try LanguageModel.of(unknown, nil) }
        == DataError("kind \"markov\", expected counts, bigram, gpt or losses", at: "-"))
  }
}
