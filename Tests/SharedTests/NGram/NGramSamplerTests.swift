import Testing

@testable import Shared

@Suite struct NGramSamplerTests {
  private struct Names: Decodable {
    struct Draws: Decodable {
      let seed: DecimalString
      let names: [String]
    }
    let bigram: [Draws]
    let uniform: [Draws]
  }

  private let seed: UInt64 = 2_147_483_647
  private let twenty = """
    cexze momasurailezitynn konimittain llayn ka da staiyaubrtthrigotai moliellavo ke teda ka \
    emimmsade enkaviyny ftlspihinivenvorhlasu dsor br jol pen aisan ja
    """

  private func names(
    _ model: NGramModel, _ count: Int = 20, seed: UInt64? = nil,
    choice: SamplingChoice = SamplingChoice(), prompt: String = "", maxLength: Int = 1000
  ) throws -> [String] {
    var sampler = try NGramSampler(
      model,
      SamplingRequest(
        seed: seed ?? self.seed, choice: choice, prompt: prompt, maxLength: maxLength))
    var names: [String] = []
    try sampler.draw(atMost: count) { (item) throws(DataError) in
      let scalars = item.map { model.vocabulary.scalars[Int($0) - 1] }
      names.append(String(String.UnicodeScalarView(scalars)))
    }
    return names
  }

  private func counts(_ change: (inout NGramCounts) -> Void = { _ in }) throws
    -> NGramModel
  {
    var counts = try MakemoreCounts.load()
    change(&counts)
    return NGramModel(counts)
  }

  @Test func namesFromCountsAreTheReferences() throws {
    #expect(try names(counts()).joined(separator: " ") == twenty)
    for draws in try TorchFixture.load("names", as: Names.self).bigram {
      #expect(
        try names(counts(), draws.names.count, seed: draws.seed.value) == draws.names)
    }
  }

  @Test func namesFromEqualCountsAreTheReferences() throws {
    let uniform = try counts { counts in
      counts.values = [Int64](repeating: 1, count: counts.values.count)
    }
    #expect(
      try names(uniform, 3) == [
        "cexzm", "zoglkurkicqzktyhwmvmzimjttainrlkfukzkktda", "sfcxvpubjtbhrmgotzx",
      ])
    for draws in try TorchFixture.load("names", as: Names.self).uniform {
      #expect(try names(uniform, draws.names.count, seed: draws.seed.value) == draws.names)
    }
  }

  @Test func namesFromFitsAreTheReferences() throws {
    var fit = try NGramFit(MakemoreCounts.load(), seed: seed, l2: 0)
    for (steps, name) in [(1000, "fobspehinivenvtahlasu"), (1000, "fobspihinivenvorhlasu")] {
      try fit.run(steps: steps, learningRate: 20) { _, _ in }
      let model = try NGramModel(fit.logits())
      #expect(
        try names(model).joined(separator: " ")
          == twenty.replacing("ftlspihinivenvorhlasu", with: name))
    }
  }

  @Test func fewerNamesAreAPrefix() throws {
    let model = try counts()
    let all = try names(model, 50, seed: 9)
    for count in [0, 1, 7, 49] { #expect(try names(model, count, seed: 9) == Array(all[..<count])) }
  }

  @Test func itemsIncludeTheirPromptAndEndAtTheMaximum() throws {
    let model = try counts()
    let prompted = try names(model, 200, prompt: "mar")
    #expect(prompted.allSatisfy { $0.hasPrefix("mar") })
    #expect(prompted.contains { $0.count > 3 })
    let short = try names(model, 200, prompt: "mar", maxLength: 5)
    #expect(short.allSatisfy { (3...5).contains($0.count) })
    #expect(try names(model, 5, prompt: "mar", maxLength: 3) == Array(repeating: "mar", count: 5))
    #expect(try names(model, 100, maxLength: 1).allSatisfy { $0.count <= 1 })
  }

  @Test func topOneIsGreedy() throws {
    let greedy = try names(counts(), 3, choice: SamplingChoice(topK: 1), maxLength: 6)
    // After the boundary mostly a, and after a mostly the boundary.
    #expect(greedy == ["a", "a", "a"])
    let cold = try names(
      counts(), 3, choice: SamplingChoice(temperature: 1e-6), maxLength: 6)
    #expect(cold == greedy)
  }

  @Test func errorsShowWhatTheModelDoesNotKnow() throws {
    let model = try counts()
    #expect(
      try dataError { _ = try names(model, prompt: "z\u{FC}") }?.reason
        == "the model does not know '\u{FC}' (U+00FC)")
    let blind = try counts { counts in
      for column in 0..<27 { counts.values[5 * 27 + column] = 0 }
    }
    #expect(
      try dataError { _ = try names(blind) }?.reason
        == "no count follows 'e'; --smooth kn gives every token a chance")
  }
}
