import Testing

@testable import Shared

@Suite struct NGramTableTests {
  private func model(
    _ tensor: Tensor?, kind: ModelKind = .counts, vocab: String? = "ab"
  ) -> ModelFile {
    var model = ModelFile(kind: kind, vocabulary: nil, tensors: tensor.map { [$0] } ?? [])
    model.metadata["mm.vocab"] = vocab
    return model
  }

  private func counts(_ shape: [Int], _ values: [Int64]? = nil) -> Tensor {
    Tensor(
      name: "counts", shape: shape,
      values: .i64(values ?? Array(repeating: 1, count: shape.reduce(1, *))))
  }

  private func refusal(_ model: ModelFile) throws -> String? {
    try dataError { _ = try NGramCounts(model) }?.description
  }

  @Test func aModelIsATableAndBack() throws {
    let counts = NGramCounts(
      vocabulary: try Vocabulary(text: "ab"), order: 3, values: (0..<27).map(Int64.init))
    #expect(try NGramCounts(counts.model) == counts)
    #expect(counts.rowCount == 9)
    #expect(Array(counts.row(4)) == [12, 13, 14])
    let logits = NGramLogits(vocabulary: try Vocabulary(text: ""), order: 2, values: [-0.5])
    #expect(try NGramLogits(logits.model) == logits)
  }

  @Test func theFixtureIsTheReferencesCounts() throws {
    struct Fixture: Decodable { let counts: [[Int64]] }
    let counts = try MakemoreCounts.load()
    #expect(counts.vocabulary.text == "abcdefghijklmnopqrstuvwxyz")
    let fixture = try TorchFixture.load("multinomial", as: Fixture.self)
    #expect(counts.values == fixture.counts.flatMap(\.self))
    #expect(counts.values.reduce(0, +) == 228_146)
  }

  @Test func refusesWhatIsNoTableOfCounts() throws {
    let nine = counts([3, 3])
    #expect(try refusal(model(nine)) == nil)
    #expect(
      try refusal(model(nil))
        == "-: the tensor counts is missing, or of a type that holds no counts")
    #expect(try refusal(model(nine, vocab: nil)) == "-: mm.vocab is missing")
    #expect(try refusal(model(nine, vocab: "aa")) == "-: the vocabulary repeats 'a' (U+0061)")
    #expect(
      try refusal(model(nine, vocab: "ba"))
        == "-: the vocabulary is out of order: 'b' (U+0062) stands before 'a' (U+0061)")
    for (vocab, shape) in [
      ("a", [3, 3]), ("abc", [3, 3]), ("ab", [3, 4]), ("ab", [1, 9]), ("", [0, 0]),
    ] {
      #expect(
        try refusal(model(counts(shape), vocab: vocab))
          == "-: a vocabulary of \(vocab.count) characters and the boundary does not fit the shape \(shape)"
      )
    }
    #expect(
      try refusal(model(counts([3]))) == "-: the tensor counts has 1 dimensions, expected 2 to 8")
    #expect(
      try refusal(model(counts([Int](repeating: 1, count: 9)), vocab: ""))
        == "-: the tensor counts has 9 dimensions, expected 2 to 8")
    #expect(
      try refusal(
        model(Tensor(name: "counts", shape: [3, 3], values: .f32(Array(repeating: 1, count: 9)))))
        == "-: the tensor counts is F32, expected I64")
    #expect(
      try refusal(model(counts([3, 3], [0, 1, 2, 3, -4, 5, 6, 7, 8]))) == "-: a negative count: -4")
    #expect(
      try refusal(model(nine, kind: .bigram))
        == "-: a model of kind bigram where counts are wanted; mm-count makes them")
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func refusesWeightsThatAreNotFinite(weight: Float) throws {
    let tensor = Tensor(name: "weight", shape: [1, 1], values: .f32([weight]))
    #expect(
      try dataError { _ = try NGramLogits(model(tensor, kind: .bigram, vocab: "")) }?.reason
        == "a weight that is not finite: \(weight)")
  }

  @Test func refusesModelsOfOtherPrograms() throws {
    var foreign = model(counts([3, 3]))
    foreign.metadata["mm.version"] = "2"
    #expect(try refusal(foreign) == "-: mm.version is \"2\", expected \"1\"")
    foreign.metadata["mm.version"] = nil
    #expect(try refusal(foreign) == "-: mm.version is missing, expected \"1\"")
    foreign.metadata["mm.kind"] = nil
    #expect(
      try refusal(foreign) == "-: a safetensors file without mm.kind: not a model of this project")
    foreign.metadata = ["mm.kind": "x", "mm.version": "1"]
    #expect(
      try refusal(foreign)
        == "-: a model of kind x where counts are wanted; mm-count makes them")
  }

  @Test func sizesOfMemoryAreReadable() {
    for (bytes, text) in [
      (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (999_499, "999 kB"), (999_500, "1 MB"),
      (3.24e9, "3.2 GB"), (99.94e6, "99.9 MB"), (99.96e6, "100 MB"), (5e30, "5000000 YB"),
    ] { #expect(ByteCount.text(bytes) == text) }
  }

  @Test func tablesThatFitAreNotRefused() throws {
    #expect(try dataError { try NGramCounts.checkSize(vocabSize: 27, order: 4) } == nil)
    let error = try dataError { try NGramCounts.checkSize(vocabSize: 1_000_000_000, order: 2) }
    #expect(
      error?.reason.hasPrefix(
        "a table of order 2 over 999999999 characters and the boundary takes 8 EB, more than")
        == true)
  }

  @Test func valuesFillTheTable() async {
    await #expect(processExitsWith: .failure) {
      _ = NGramCounts(vocabulary: Vocabulary(sorted: []), order: 2, values: [1, 2])
    }
  }
}
