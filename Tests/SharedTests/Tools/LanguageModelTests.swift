import Testing

@testable import Shared

@Suite struct LanguageModelTests {
  @Test func otherModelsAreRefused() throws {
    let folder = try TemporaryFolder()
    func path(_ model: ModelFile) throws -> String {
      try folder.file("model", folder.bytes(of: model, .binary))
    }
    let logits = NGramLogits(vocabulary: try Vocabulary(text: ""), order: 2, values: [0])
    let bigram = try path(logits.model)
    #expect(
      try usageError { _ = try LanguageModel.read(bigram, .additive(1)) }
        == "--smooth is for counts, and \(bigram) is a model of kind bigram")
    let losses = try path(
      ModelFile(
        kind: .losses, vocabulary: nil,
        tensors: [
          Tensor(name: "nll", shape: [0], values: .f64([])),
          Tensor(name: "tokens", shape: [0], values: .i64([])),
        ]))
    #expect(
      try dataError { _ = try LanguageModel.read(losses, nil) }
        == DataError("holds losses, from which nothing can be drawn or scored", at: losses))
    let unknown = try path(
      ModelFile(kind: ModelKind(rawValue: "markov"), vocabulary: nil, tensors: []))
    #expect(
      try dataError { _ = try LanguageModel.read(unknown, nil) }
        == DataError(
          "kind \"markov\", expected counts, bigram, gpt, mixture or losses", at: unknown))
  }
}
