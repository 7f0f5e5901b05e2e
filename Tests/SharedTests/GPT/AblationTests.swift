import Testing

@testable import Shared

@Suite struct AblationTests {
  static let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 4, vocabSize: 7)

  /// What cannot move beside a part that is left out: no gradient comes through its zeros, and what
  /// is no matrix does not decay.
  private static func isCutOff(_ name: String, without part: Ablation) -> Bool {
    switch part {
    case .attention: name.hasSuffix("attn.c_attn.bias") || name.contains("ln_1")
    case .mlp: name.hasSuffix("mlp.c_fc.bias") || name.contains("ln_2")
    case .scores, .positions: false
    }
  }

  @Test(arguments: Ablation.allCases)
  func whatIsLeftOutStaysZeroAndTheRestLearns(_ part: Ablation) throws {
    var plan = TrainingRunTests.plan(.default)
    let whole = try TrainingRunTests.run(plan).model.parameters
    plan.without = [part]
    let run = try TrainingRunTests.run(plan)
    let parameters = run.model.parameters
    let frozen = part.ranges(in: parameters)
    #expect(!frozen.isEmpty)
    let isFrozen = Set(frozen.joined())
    for _ in 0..<3 { _ = try run.update() }
    let (before, after) = (whole.floats, parameters.floats)
    #expect(isFrozen.allSatisfy { after[$0].bitPattern == 0 })
    for tensor in parameters.tensors {
      let rest = tensor.range.filter { !isFrozen.contains($0) }
      let moved = rest.filter { before[$0] != after[$0] }
      if Self.isCutOff(tensor.name, without: part) {
        #expect(moved.isEmpty, "\(tensor.name)")
      } else if !rest.isEmpty {
        #expect(moved.count > rest.count / 2, "\(tensor.name)")
      }
    }
  }

  @Test func thePartsAreTheTensorsOfTheirName() {
    let parameters = GPTTensors(Self.config)
    func count(_ part: Ablation) -> Int { Set(part.ranges(in: parameters).joined()).count }
    let C = Self.config.nEmbd
    #expect(count(.positions) == 4 * C)
    #expect(count(.attention) == 2 * (C * C + C))
    #expect(count(.mlp) == 2 * (4 * C * C + C))
    #expect(count(.scores) == 2 * (C * 2 * C + 2 * C))
  }

  /// The logits of an item's last input.
  private static func lastLogits(_ model: GPTEngine, _ item: [Int32]) -> [Float] {
    Array(model.logits(PrefixTree([item], blockSize: 4)).suffix(config.vocabSize))
  }

  private static func model(without parts: [Ablation]) -> GPTEngine {
    let parameters = noisyGPT(config).parameters
    for part in parts { parameters.clear(part.ranges(in: parameters)) }
    return GPTEngine(parameters, pool: ThreadPool(threads: 1))
  }

  @Test func withoutAttentionNoTokenSeesAnother() {
    let blind = Self.model(without: [.attention])
    #expect(Self.lastLogits(blind, [1, 2, 3]) == Self.lastLogits(blind, [6, 5, 3]))
    #expect(Self.lastLogits(blind, [1, 2, 3]) != Self.lastLogits(blind, [1, 2, 4]))
    #expect(Self.lastLogits(blind, [1, 2, 3]) != Self.lastLogits(blind, [2, 3]))
    let whole = Self.model(without: [])
    #expect(Self.lastLogits(whole, [1, 2, 3]) != Self.lastLogits(whole, [6, 5, 3]))
    let flat = Self.model(without: [.attention, .positions])
    #expect(Self.lastLogits(flat, [1, 2, 3]) == Self.lastLogits(flat, [2, 3]))
  }

  /// Without positions too, a mean does not see in which order the tokens before it came: what is
  /// left is the rounding of sums in another order, of logits of about 10.
  @Test func withoutScoresAttentionIsAnAverage() {
    let model = Self.model(without: [.scores])
    var oracle = GPTOracle(model.parameters)
    let softmax = oracle.logits([0, 1, 2, 3])
    oracle.averages = true
    let averages = oracle.logits([0, 1, 2, 3])
    let found = model.logits(PrefixTree([[1, 2, 3]] as [[Int32]], blockSize: 4))
    #expect(relativeError(softmax.flatMap { $0 }, averages.flatMap { $0 }) < 1e-14)
    #expect(relativeError(found.map(Double.init), averages.flatMap { $0 }) < 1e-5)
    // With scores it is no average.
    let whole = Self.model(without: []).logits(PrefixTree([[1, 2, 3]] as [[Int32]], blockSize: 4))
    #expect(relativeError(whole.map(Double.init), averages.flatMap { $0 }) > 1e-2)
  }
}
