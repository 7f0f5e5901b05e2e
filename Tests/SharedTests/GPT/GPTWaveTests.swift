import Foundation
import Testing

@testable import Shared

@Suite struct GPTWaveTests {
  static let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 6, vocabSize: 5)

  static func sampler(
    _ gpt: GPT, seed: UInt64 = 1, choice: SamplingChoice = SamplingChoice(), prompt: String = "",
    maxLength: Int = 30, threads: Int = 1
  ) throws -> WaveSampler {
    let pool = ThreadPool(threads: threads)
    return try WaveSampler(
      gpt.wave(on: pool), gpt.vocabulary,
      SamplingRequest(seed: seed, choice: choice, prompt: prompt, maxLength: maxLength), pool: pool)
  }

  /// The logits after some tokens, from a chain of its own: the window is that of the definition,
  /// the first of those that begin every T / 2 inputs to hold the last input.
  static func logits(_ gpt: GPT, after tokens: [Int32], _ model: GPTEngine) -> [Double] {
    let inputs = [0] + tokens
    let T = gpt.parameters.config.blockSize
    var start = 0
    while inputs.count > start + T { start += max(1, T / 2) }
    let count = inputs.count - start
    var chain = PrefixTree()
    chain.rebuild(
      [PrefixForest.Window(start: start, inputs: count, firstScored: 0, place: 0)],
      of: inputs + [0])
    return model.logits(chain).suffix(gpt.parameters.config.vocabSize).map(Double.init)
  }

  @Test func anItemDependsOnModelSeedAndIndexAlone() throws {
    let gpt = noisyGPT(Self.config)
    var whole = try Self.sampler(gpt)
    let items = try whole.items(0..<60)
    #expect(Set(items).count > 20)
    #expect(items.contains { $0.count > 2 * Self.config.blockSize })
    for (size, threads) in [(1, 1), (7, 2), (59, 3), (60, 8)] {
      var sampler = try Self.sampler(gpt, threads: threads)
      var waves: [[Int32]] = []
      for begin in stride(from: 0, to: 60, by: size) {
        waves += try sampler.items(begin..<min(60, begin + size))
      }
      #expect(waves == items)
    }
    // Alone, after others, and in another order.
    var sampler = try Self.sampler(gpt)
    for index in [59, 0, 31] { #expect(try sampler.items(index..<index + 1) == [items[index]]) }
    var other = try Self.sampler(gpt, seed: 2)
    #expect(try other.items(0..<60) != items)
  }

  @Test func wavesBeginSmallAndAreBounded() throws {
    let small = try Self.sampler(noisyGPT(Self.config))
    #expect(small.waveSize(after: 0) == 32)
    #expect(small.waveSize(after: 32) == 160)
    #expect(small.waveSize(after: 1 << 40) == 2048)
    let large = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 1 << 13, vocabSize: 5)
    #expect((1...8).contains(try Self.sampler(noisyGPT(large)).waveSize(after: 1 << 20)))
  }

  @Test(arguments: ["", "a", "abcd", "abcda", "abcdab", "dcbadcbadcbaddd"])
  func drawsAreThoseOfTheProbabilitiesOfChains(_ prompt: String) throws {
    let gpt = noisyGPT(Self.config)
    let model = GPTEngine(gpt.parameters, pool: ThreadPool(threads: 1))
    for choice in [
      SamplingChoice(), SamplingChoice(temperature: 1.7), SamplingChoice(topK: 3),
    ] {
      var sampler = try Self.sampler(gpt, seed: 3, choice: choice, prompt: prompt)
      for (index, item) in try sampler.items(0..<8).enumerated() {
        var random = CounterGenerator(seed: 3, index: UInt64(index))
        var expected = try gpt.vocabulary.tokens(of: prompt).map(Int32.init)
        while expected.count < 30 {
          var logits = Self.logits(gpt, after: expected, model)
          if expected.isEmpty, choice.topK != nil { logits[0] = -.infinity }
          let probs = choice.probs(logits)
          var rest = random.nextUniform() * probs.reduce(0) { $0 + Double($1) }
          let token = probs.firstIndex { prob in
            rest -= Double(prob)
            return rest < 0
          }
          if token == 0, expected.isEmpty { continue }
          guard let token, token > 0 else { break }
          expected.append(Int32(token))
        }
        #expect(item == expected)
      }
    }
  }

  /// What mm-loss says of an item that was drawn, token by token, long items too.
  @Test(arguments: [1, 2, 3, 6, 64]) func drawsHaveTheLossesThatAreScored(_ T: Int) throws {
    let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 8, blockSize: T, vocabSize: 5)
    let gpt = noisyGPT(config)
    let model = GPTEngine(gpt.parameters, pool: ThreadPool(threads: 1))
    var sampler = try Self.sampler(gpt)
    let items = try sampler.items(0..<10)
    let forest = PrefixForest(items, blockSize: T)
    let losses = model.tokenLosses(forest)
    for (index, item) in items.enumerated() {
      for (position, target) in (item + [0]).enumerated() {
        let logits = Self.logits(gpt, after: Array(item[..<position]), model)
        let sum = logits.reduce(0) { $0 + exp($1) }
        let expected = log(sum) - logits[Int(target)]
        // Float32 throughout: tens of roundings of logits of about 10.
        let found = Double(losses[forest.range(ofItem: index).lowerBound + position])
        #expect(abs(found - expected) < 2e-5, "token \(position) of \(item.count)")
      }
    }
  }

  @Test func topOneIsTheLargestLogit() throws {
    let gpt = noisyGPT(Self.config, seed: 3)
    let model = GPTEngine(gpt.parameters, pool: ThreadPool(threads: 1))
    for (letter, start) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] as [(String, Int32)] {
      var greedy = try Self.sampler(gpt, choice: SamplingChoice(topK: 1), prompt: letter)
      var expected = [start]
      while expected.count < 30 {
        let logits = Self.logits(gpt, after: expected, model)
        let token = logits.indices.max { logits[$0] < logits[$1] }!
        if token == 0 { break }
        expected.append(Int32(token))
      }
      #expect(try greedy.items(0..<3) == [expected, expected, expected])
    }
  }

  @Test func theNextTokensDistributionIsTheSoftmaxAfterAChain() throws {
    let gpt = noisyGPT(Self.config)
    let model = GPTEngine(gpt.parameters, pool: ThreadPool(threads: 1))
    let T = Self.config.blockSize
    for length in [0, 1, 3, T - 1, T, T + 1, 3 * T] {
      let tokens = (0..<length).map { Int32(1 + $0 % 3) }
      let choice = SamplingChoice(temperature: 0.7, topK: 3)
      let expected = choice.probs(Self.logits(gpt, after: tokens, model)).map(Double.init)
      #expect(try gpt.probs(after: tokens.map(Int.init), choice) == expected, "after \(length)")
    }
  }

  /// Pearson's statistic over V first tokens has V - 2 degrees of freedom, the boundary aside:
  /// above 29.9 less than once in 10,000 seeds for 6 of them.
  @Test func firstTokensComeAsOftenAsTheModelSays() throws {
    let config = GPTConfig(nLayer: 1, nHead: 2, nEmbd: 8, blockSize: 4, vocabSize: 8)
    let gpt = noisyGPT(config, seed: 8)
    let model = GPTEngine(gpt.parameters, pool: ThreadPool(threads: 1))
    let probs = SamplingChoice().probs(Self.logits(gpt, after: [], model))
    let possible = 1 - Double(probs[0])
    #expect(probs.allSatisfy { $0 * 8000 > 5 } && possible < 0.99)
    var sampler = try Self.sampler(gpt, maxLength: 1)
    var counts = [Double](repeating: 0, count: 8)
    for begin in stride(from: 0, to: 8000, by: 2000) {
      for item in try sampler.items(begin..<begin + 2000) { counts[Int(item.first ?? 0)] += 1 }
    }
    // The boundary is drawn again.
    #expect(counts[0] == 0)
    let statistic = zip(counts, probs).dropFirst().reduce(0) { sum, pair in
      let expected = Double(pair.1) / possible * 8000
      return sum + (pair.0 - expected) * (pair.0 - expected) / expected
    }
    #expect(statistic < 29.9)
  }

  @Test func noItemIsEmpty() throws {
    // Everywhere the boundary is e^40 times as likely as anything else.
    let gpt = noisyGPT(Self.config)
    gpt.parameters["transformer.ln_f.weight"] = .init(repeating: 0, count: 8)
    gpt.parameters["transformer.ln_f.bias"] = [1] + .init(repeating: 0, count: 7)
    var head = [Float](repeating: 0, count: 40)
    head[0] = 40
    for token in 1..<5 { head[8 * token] = Float(token) / 2 }
    gpt.parameters["lm_head.weight"] = head
    for choice in [SamplingChoice(), SamplingChoice(topK: 2), SamplingChoice(topK: 1)] {
      var sampler = try Self.sampler(gpt, choice: choice)
      let items = try sampler.items(0..<400)
      // Ended by the boundary after the first token, which comes from those that are left.
      #expect(items.allSatisfy { $0.count == 1 })
      let firsts = Set(items.joined())
      #expect(firsts == Set((5 - Int32(choice.topK ?? 4))..<5))
    }
    // With a prompt nothing has to be drawn.
    var prompted = try Self.sampler(gpt, prompt: "ab")
    #expect(try prompted.items(0..<2) == [[1, 2], [1, 2]])
    var none = try Self.sampler(
      noisyGPT(GPTConfig(nLayer: 1, nHead: 1, nEmbd: 8, blockSize: 4, vocabSize: 1)))
    #expect(throws: DataError.self) { _ = try none.items(0..<1) }
  }

  @Test func aPromptIsPartOfTheItemAndMayBeAllOfIt() throws {
    let gpt = noisyGPT(Self.config)
    var sampler = try Self.sampler(gpt, prompt: "abcdabcd", maxLength: 8)
    #expect(try sampler.items(0..<3) == Array(repeating: [1, 2, 3, 4, 1, 2, 3, 4], count: 3))
    #expect(throws: DataError("the model does not know 'e' (U+0065)")) {
      try Self.sampler(gpt, prompt: "ae")
    }
    #expect(try sampler.items(3..<3).isEmpty)
  }

  @Test func weightsTooLargeToComputeWithAreAnError() throws {
    let gpt = noisyGPT(Self.config)
    let head = gpt.parameters["lm_head.weight"]
    gpt.parameters["lm_head.weight"] = head.indices.map { $0.isMultiple(of: 2) ? 3e38 : -3e38 }
    var sampler = try Self.sampler(gpt)
    #expect(throws: DataError.noNumbers) { _ = try sampler.items(0..<3) }

    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let text = try folder.file("text", "ab\n".utf8)
    _ = try folder.written { file in
      let report = LossReport(file, gpt.vocabulary, .summary, isNullSeparated: false)
      #expect(throws: DataError.noNumbers) {
        try gpt.score(ScoringRequest(TextInput([text])), to: report)
      }
    }
  }
}
