import Foundation
import Testing

@testable import Shared

@Suite struct MixtureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Counts of a text as a part.
  private func counts(
    _ text: String, order: Int, _ smoothing: Smoothing
  ) throws -> MixturePart {
    try LanguageModel.part(
      folder.file("counts", folder.counts(text.utf8, order: order).utf8), smoothing)
  }

  /// A GPT over a, b, c and d.
  private func gpt(_ seed: UInt64) -> MixturePart {
    let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 4, vocabSize: 5)
    let gpt = noisyGPT(config, seed: seed)
    return MixturePart(.gpt, gpt) { (output, form) throws(DataError) in
      try gpt.write(to: output, as: form)
    }
  }

  private func losses(_ model: any ItemModel, _ text: String) throws -> [[String]] {
    let input = TextInput([try folder.file("text", text.utf8)])
    let bytes = try folder.written { output in
      let report = LossReport(output, model.vocabulary, .tokens, isNullSeparated: false)
      try model.score(ScoringRequest(input, skipsUnknown: true, threads: 2), to: report)
      try report.finish(as: .text)
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t").map(String.init)
    }
  }

  /// The probability of each token of each line under a part, 0 from a character on that it does not
  /// know.
  private func probs(_ part: MixturePart, _ items: [String]) throws -> [[Double]] {
    let known = Set(part.model.vocabulary.scalars)
    return try items.map { item in
      let prefix = item.unicodeScalars.prefix { known.contains($0) }
      let count = item.unicodeScalars.count
      if prefix.isEmpty { return Array(repeating: 0, count: count + 1) }
      let rows = try losses(part.model, String(prefix) + "\n")
      let probs = rows.map { exp(-Double($0[3])!) }
      if prefix.count == count { return probs }
      return probs.dropLast() + Array(repeating: 0, count: count + 1 - prefix.count)
    }
  }

  @Test(arguments: [false, true])
  func scoresAreTheWeightedProbabilitiesOfTheParts(hasGPT: Bool) throws {
    var parts = [
      try counts("abba\nbob\nab\u{E9}\n", order: 4, .kneserNey),
      try counts("dada\nabcd\nbab\n", order: 2, .additive(0)),
      try counts("cab\nacdc\nadd\u{431}\n", order: 3, .additive(0.5)),
    ]
    if hasGPT { parts += [gpt(3), gpt(4)] }
    let weights = [3, 0.5, 0, 2, 1].prefix(parts.count)
    let mixture = Mixture(parts, weights: Array(weights))
    #expect(mixture.vocabulary.text == "abcdo\u{E9}\u{431}")
    let items = [
      "abba", "bob", "a\u{E9}b", "dad", "cabcabcabcab", "\u{431}a", "ab\u{431}", "b", "\u{E9}",
    ]
    let text = items.joined(separator: "\n") + "\nz\n"
    let found = try losses(mixture, text)
    let byPart = try parts.map { try probs($0, items).flatMap(\.self) }
    #expect(found.count == byPart[0].count)
    for (token, row) in found.enumerated() {
      let sum = weights.indices.reduce(0) { $0 + weights[$1] * byPart[$1][token] }
      let expected = -log(sum / weights.reduce(0, +))
      let nll = try #require(Double(row[3]))
      #expect(
        nll == expected || abs(nll - expected) <= (hasGPT ? 1e-6 : 1e-12) * max(1, expected),
        "token \(token)")
    }
  }

  /// What is drawn is drawn from the probabilities that `--next` shows, and those are the scored ones
  /// over their sum.
  @Test(arguments: ["", "ab", "a\u{E9}"])
  func drawsAreThoseOfTheDistributions(prompt: String) throws {
    let parts = [
      try counts("abba\nbob\nab\u{E9}\n", order: 3, .kneserNey), gpt(5),
      try counts("dada\nabcd\n", order: 2, .additive(0)),
    ]
    let mixture = Mixture(parts, weights: [1, 2, 1])
    func items(_ count: Int, threads: Int, _ choice: SamplingChoice) throws -> [[Int32]] {
      var sampler = try mixture.sampler(
        SamplingRequest(seed: 8, choice: choice, prompt: prompt, maxLength: 12, threads: threads))
      var items: [[Int32]] = []
      while items.count < count {
        try sampler.draw(atMost: count - items.count) { items.append($0) }
      }
      return items
    }
    for choice in [SamplingChoice(), SamplingChoice(temperature: 0.5, topK: 3)] {
      let found = try items(50, threads: 1, choice)
      #expect(try items(20, threads: 3, choice) == Array(found[..<20]))
      for (index, item) in found.enumerated() {
        var random = CounterGenerator(seed: 8, index: UInt64(index))
        var expected = try mixture.vocabulary.tokens(of: prompt)
        while expected.count < 12 {
          let isFirst = expected.isEmpty && choice.topK == nil
          var probs = try mixture.probs(after: expected, choice)
          if isFirst {
            // Nothing is taken away where a boundary may be drawn again.
            var wave = try mixture.wave(on: ThreadPool(threads: 1))
            wave.begin(1, prompt: [])
            probs = choice.probs(wave.logits(ofNode: wave.node(ofItem: 0))).map(Double.init)
          }
          var rest = random.nextUniform() * probs.reduce(0, +)
          let token = probs.firstIndex { prob in
            rest -= prob
            return rest < 0
          }
          if token == 0, expected.isEmpty { continue }
          guard let token, token > 0 else { break }
          expected.append(token)
        }
        #expect(item.map(Int.init) == expected)
      }
    }
    let tokens = try mixture.vocabulary.tokens(of: prompt)
    let next = try mixture.probs(after: tokens, SamplingChoice())
    let nlls = try mixture.vocabulary.scalars.map { scalar in
      let row = try losses(mixture, prompt + String(scalar) + "\n")[tokens.count]
      return exp(-Double(row[3])!)
    }
    let sum = next.dropFirst().reduce(0, +)
    for (prob, scored) in zip(next.dropFirst(), nlls) {
      #expect(abs(prob / sum - scored / nlls.reduce(0, +)) < 1e-6)
    }
  }

  @Test func aFileHoldsTheMixtureInBothFormsAndDepths() throws {
    let inner = Mixture(
      [try counts("abba\nbob\n", order: 3, .wittenBell), gpt(1)], weights: [0.25, 0.75])
    let nested = MixturePart(.mixture, inner) { (output, form) throws(DataError) in
      try inner.write(to: output, as: form)
    }
    let mixture = Mixture(
      [nested, try counts("cd\n", order: 2, .additive(0.1))], weights: [1, 1])
    let binary = try folder.written { try mixture.write(to: $0, as: .binary) }
    let text = try folder.written { try mixture.write(to: $0, as: .text) }
    let expected = try losses(mixture, "abcd\n")
    for bytes in [binary, text] {
      let part = try LanguageModel.part(folder.file("mixture", bytes), .none)
      #expect(part.kind == .mixture)
      #expect(try losses(part.model, "abcd\n") == expected)
      #expect(try folder.written { try part.write($0, .binary) } == binary)
      #expect(try folder.written { try part.write($0, .text) } == text)
    }
    #expect(
      String(decoding: text, as: UTF8.self).hasPrefix(
        """
        #mm\t1\tmixture
        #meta\tmm.smooth\t[null,0\\.1]
        #meta\tmm.vocab\tabcdo
        #tensor\tweights\tF64\t2
        0.5\t0.5
        #mm\t1\tmixture
        #meta\tmm.smooth\t["wb",null]

        """))
  }

  /// At the best weights no model gains by a larger share: its mean ratio to the mixture is 1, over the
  /// tokens of the text and those that one model alone predicts.
  @Test func theWeightsAreTheBest() throws {
    let text = "abba\nbob\nabc\ndada\nbob\nab\nacdc\nbaba\n"
    let parts = [
      try counts("abba\nbob\nab\n", order: 3, .kneserNey),
      try counts("dada\nabcd\nacdc\n", order: 2, .wittenBell), gpt(3),
    ]
    var fit = try MixtureFit(parts, pool: ThreadPool(threads: 2))
    try fit.read(TextInput([try folder.file("held", text.utf8)]))
    fit.run()
    #expect(abs(fit.weights.reduce(0, +) - 1) < 1e-12)
    let items = text.split(separator: "\n").map(String.init)
    let byPart = try parts.map { try probs($0, items).flatMap(\.self) }
    let sums = byPart[0].indices.map { token in
      fit.weights.indices.reduce(0) { $0 + fit.weights[$1] * byPart[$1][token] }
    }
    let prior = MixtureFit.priorTokens
    let total = Double(sums.count) + 3 * prior
    for (weight, probs) in zip(fit.weights, byPart) {
      let ratio = zip(probs, sums).reduce(prior / weight) { $0 + $1.0 / $1.1 } / total
      #expect(abs(ratio - 1) < 0.001)
    }
    let nll = fit.weights.reduce(0) { $0 - prior * log($1) } + sums.reduce(0) { $0 - log($1) }
    #expect(abs(nll / total - fit.loss) < 1e-8)
  }

  /// Of two models that are alike, ten tokens say little, and a thousand settle which is better: the
  /// letter is likelier under the first, the end under the second, and there are nine letters to an end.
  @Test func fewTokensLeaveTheWeightsNearlyEqual() throws {
    let text = "aaaaaaaaa\n"
    let parts = [
      try counts(String(repeating: "aaaaaaaaaa\n", count: 100), order: 2, .additive(0)),
      try counts("aaaa\n", order: 2, .additive(0)),
    ]
    var weights: [Double] = []
    for count in [1, 10, 100] {
      var fit = try MixtureFit(parts, pool: ThreadPool(threads: 1))
      try fit.read(TextInput([try folder.file("held", String(repeating: text, count: count).utf8)]))
      fit.run()
      weights.append(fit.weights[0])
    }
    #expect(weights[0] > 0.5 && weights[0] < 0.55)
    #expect(weights[0] < weights[1] && weights[1] < weights[2])
    #expect(weights[2] > 0.8)
  }

  @Test func textThatDoesNotFitIsAnError() throws {
    let parts = [
      try counts("ab\n", order: 2, .additive(0)), try counts("ac\n", order: 2, .additive(0)),
    ]
    func error(_ text: String) throws -> DataError? {
      let path = try folder.file("held", text.utf8)
      return try dataError {
        var fit = try MixtureFit(parts, pool: ThreadPool(threads: 1))
        try fit.read(TextInput([path]))
      }
    }
    let path = folder.path("held")
    #expect(
      try error("ab\n\nad\n")
        == DataError(
          "no model knows 'd' (U+0064); leave such lines out, as with grep -vF 'd'",
          at: "\(path):3"))
    #expect(
      try error("ab\nba\n")
        == DataError(
          "'b', token 1 of the line, has probability 0 under every model; --smooth kn gives every "
            + "token a chance", at: "-:2"))
    #expect(try error("\n") == DataError("no items to fit the weights to", at: path))
  }

  @Test func malformedMixturesAreRefused() throws {
    let mixture = Mixture(
      [try counts("ab\n", order: 2, .kneserNey), try counts("cd\n", order: 3, .wittenBell)],
      weights: [1, 3])
    let text = String(
      decoding: try folder.written { try mixture.write(to: $0, as: .text) }, as: UTF8.self)
    func refusal(_ text: String) throws -> String? {
      let path = try folder.file("mixture", text.utf8)
      return try dataError { _ = try LanguageModel.part(path, .none) }?.reason
    }
    #expect(try refusal(text) == nil)
    let second = try #require(text.range(of: "#mm\t1\tcounts", options: .backwards))
    let changes: [(String, String, String)] = [
      ("0.25\t0.75", "0\t0", "the weights of a mixture are finite, 0 or more, and not all 0"),
      ("0.25\t0.75", "-1\t2", "the weights of a mixture are finite, 0 or more, and not all 0"),
      ("0.25\t0.75", "inf\t1", "the weights of a mixture are finite, 0 or more, and not all 0"),
      (
        "F64\t2\n0.25\t0.75", "F64\t1\n1",
        "mm.smooth is not a list of 1 values, one for each weight"
      ),
      (
        "[\"kn\",\"wb\"]", "[\"kn\",null]",
        "mm.smooth does not fit model 2 of the mixture: it is counts"
      ),
      (
        "[\"kn\",\"wb\"]", "[\"kn\",\"x\"]",
        "mm.smooth has \"x\", expected \"kn\", \"wb\", a number or null"
      ),
      (
        "mm.vocab\tabcd", "mm.vocab\tabcde",
        "mm.vocab is not the union of the vocabularies of the mixture's models"
      ),
      ("#meta\tmm.smooth\t[\"kn\",\"wb\"]\n", "", "mm.smooth is missing"),
    ]
    for (old, new, reason) in changes {
      #expect(text.contains(old))
      #expect(try refusal(text.replacingOccurrences(of: old, with: new)) == reason)
    }
    #expect(
      try refusal(String(text[..<second.lowerBound]))
        == "truncated: 1 of the 2 models of the mixture")
    #expect(try refusal(text + text) == "holds several models where one is wanted")
    // Mixtures in mixtures without end.
    let header = text[..<text.range(of: "#mm\t1\tcounts")!.lowerBound]
    #expect(
      try refusal(String(repeating: String(header), count: 100))
        == "mixtures stand in mixtures more than 32 deep")
  }
}
