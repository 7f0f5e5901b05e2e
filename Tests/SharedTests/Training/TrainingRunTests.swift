import Foundation
import Testing

@testable import Shared

@Suite struct TrainingRunTests {
  /// The start depends on how many items and characters there are, not on what they are.
  @Test func theFirstParametersAreMakemoresBitForBit() throws {
    for row in try TorchFixture.load("init", as: TorchLayersTests.Initial.self).transformer {
      let letters = alphabet(row.vocab).scalars.map { String($0) }
      let others = Array(repeating: "a", count: row.randperm_n - letters.count)
      var plan = TrainingPlan(.makemore)
      plan.seed = Seed(row.seed.value)
      let config = GPTConfig(
        nLayer: row.n_layer, nEmbd: row.n_embd, blockSize: row.block, vocabSize: row.vocab)
      let run = try TrainingRun(
        plan, corpus: corpus((letters + others).joined(separator: "\n")), from: .drawn(config),
        pool: ThreadPool(threads: 1))
      let parameters = run.model.parameters

      var drawn: Set<String> = []
      for expected in row.params {
        drawn.insert(expected.name)
        let values = parameters[expected.name]
        // A projection is (out, in) in PyTorch, and (in, out) here.
        let (n, k) = (expected.shape[0], expected.shape.count == 2 ? expected.shape[1] : 1)
        let isProjection = expected.name.contains(".h.") && expected.shape.count == 2
        let bits = (0..<n * k).map { values[isProjection ? $0 % k * n + $0 / k : $0].bitPattern }
        #expect(Array(bits.prefix(4)) == expected.first4_bits, "\(expected.name)")
        #expect(Array(bits.suffix(2)) == expected.last2_bits, "\(expected.name)")
        #expect(bits.reduce(0 as UInt32) { $0 &* 31 &+ $1 } == expected.poly31_u32)
      }
      for tensor in parameters.tensors where !drawn.contains(tensor.name) {
        let value: Float = tensor.name.hasSuffix("weight") ? 1 : 0
        #expect(parameters[tensor.name].allSatisfy { $0 == value }, "\(tensor.name)")
      }
    }
  }

  /// Without optimization a step takes most of a second; Tests/EndToEnd/gpt.sh has the whole table.
  @Test func lossesAreMakemores() throws {
    let table = try String(contentsOf: Fixtures.url("makemore-run.tsv"), encoding: .utf8)
    let expected = table.split(separator: "\n").dropFirst()
      .map { $0.split(separator: "\t").map(String.init) }
    #expect(expected.count == 51)
    var plan = TrainingPlan(.makemore)
    plan.holdout = 1000
    let run = try TrainingRun(
      plan, corpus: names(), from: .drawn(GPTConfig(blockSize: 16, vocabSize: 27)),
      pool: ThreadPool(threads: Machine.count))
    #if DEBUG
      let shown = 2
    #else
      let shown = 31
    #endif
    for row in expected.prefix(shown) {
      while run.step < Int(row[0])! { _ = try run.update() }
      #expect(try run.update().fixed(4) == row[1], "step \(row[0])")
    }
  }

  static let text = "anna\nbob\nemma\nab\nnan\nbe\na\nmoan\nbaobab\nneon\nbam\nmean\nboa\n"
  static let config = GPTConfig(nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 4, vocabSize: 7)

  static func run(
    _ plan: TrainingPlan, _ text: String = Self.text, checkpoint: ModelFile? = nil, threads: Int = 1
  ) throws -> TrainingRun {
    let corpus = try corpus(text, vocabulary: Vocabulary(text: "abemno"))
    let pool = ThreadPool(threads: threads)
    guard let checkpoint = try checkpoint.map(Checkpoint.init) else {
      return try TrainingRun(plan, corpus: corpus, from: .drawn(config), pool: pool)
    }
    #expect(checkpoint.record.plan == plan)
    return try TrainingRun(
      checkpoint.record.plan, corpus: corpus, from: .checkpoint(checkpoint), pool: pool)
  }

  static func plan(_ recipe: TrainingPlan.Recipe) -> TrainingPlan {
    var plan = TrainingPlan(recipe)
    plan.steps = 12
    plan.batchSize = 5
    plan.holdout = 2
    return plan
  }

  @Test(arguments: TrainingPlan.Recipe.allCases)
  func aResumedRunEndsLikeOneThatWasNotStopped(_ recipe: TrainingPlan.Recipe) throws {
    let whole = try Self.run(Self.plan(recipe))
    let losses = try (0..<12).map { _ in try whole.update() }
    #expect(whole.isDone && Set(losses).count == 12)
    for stop in [0, 1, 5, 11, 12] {
      let first = try Self.run(Self.plan(recipe))
      let before = try (0..<stop).map { _ in try first.update() }
      let second = try Self.run(Self.plan(recipe), checkpoint: first.checkpoint, threads: 3)
      #expect(second.step == stop)
      #expect(try second.checkpoint == first.checkpoint)
      let after = try (stop..<12).map { _ in try second.update() }
      #expect(before + after == losses)
      #expect(try second.checkpoint == whole.checkpoint)
      #expect(try second.result == whole.result)
      #expect(second.holdoutLoss() == whole.holdoutLoss())
    }
  }

  /// What a checkpoint says of its step costs no time.
  @Test func aRunResumesFromAnyStep() throws {
    var plan = Self.plan(.default)
    var checkpoint = try Self.run(plan).checkpoint
    plan.steps = .max
    let record = try #require(checkpoint.metadata["mm.training"])
    checkpoint.metadata["mm.training"] =
      record.replacing("\"steps\":12", with: "\"steps\":\(Int.max)")
      .replacing("\"step\":0", with: "\"step\":\(Int.max - 1)")
    let run = try Self.run(plan, checkpoint: checkpoint)
    #expect(run.step == .max - 1)
    #expect(try run.update().isFinite && run.isDone)
  }

  @Test func aCheckpointIsOfItsDataAlone() throws {
    let plan = Self.plan(.default)
    let checkpoint = try Self.run(plan).checkpoint
    for other in ["ab\n" + Self.text, Self.text + "ab\n", "nana" + Self.text.dropFirst(4)] {
      let error = #expect(throws: DataError.self) {
        try Self.run(plan, other, checkpoint: checkpoint)
      }
      #expect(
        error?.reason == "the run began with other data; --init - starts another from its weights")
    }
    // Empty lines and carriage returns are no part of the data.
    let same = "\n" + Self.text.replacing("\n", with: "\r\n\n")
    #expect(try Self.run(plan, same, checkpoint: checkpoint).checkpoint == checkpoint)
  }

  @Test func theHoldoutIsTheLastOfThePermutation() throws {
    var plan = Self.plan(.default)
    plan.holdout = 3
    let run = try Self.run(plan)
    let items = try corpus(Self.text)
    var generator = TorchGenerator(seed: plan.seed.bits)
    let heldOut = generator.randperm(items.count).suffix(3).map { Array(items[Int($0)]) }
    let forest = PrefixForest(heldOut, blockSize: Self.config.blockSize)
    // A mean of means over few tokens: a few roundings.
    let expected = run.model.loss(forest)
    let found = try #require(run.holdoutLoss())
    #expect(abs(found - expected) < 1e-12)
    // The start is the same, however many are held out.
    plan.holdout = 0
    let other = try Self.run(plan)
    #expect(other.holdoutLoss() == nil)
    #expect(other.model.parameters.floats == run.model.parameters.floats)
  }

  @Test func refusesDataThatDoNotDoForThePlan() throws {
    for (text, holdout, reason) in [
      ("", 0, "no items to train on"), ("\n\n", 0, "no items to train on"),
      ("a\nb\n", 2, "--holdout 2 leaves nothing to train on of 2 items"),
      ("a\nb\n", Int.max, "--holdout \(Int.max) leaves nothing to train on of 2 items"),
    ] {
      var plan = TrainingPlan(.default)
      plan.holdout = holdout
      let error = #expect(throws: DataError.self) { try Self.run(plan, text) }
      #expect(error?.reason == reason)
    }
  }
}
