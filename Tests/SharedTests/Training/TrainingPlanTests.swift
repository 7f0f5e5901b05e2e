import Testing

@testable import Shared

@Suite struct TrainingPlanTests {
  @Test func theDefaultRateRisesAndFallsAlongACosine() {
    let plan = TrainingPlan(.default)
    let highest = plan.learningRate
    #expect(plan.warmup == 100)
    #expect(plan.learningRate(at: 0) == highest / 100)
    #expect(plan.learningRate(at: 49) == highest / 2)
    #expect(plan.learningRate(at: 99) == highest)
    #expect(plan.learningRate(at: 100) == highest)
    // Half way from 100 to 5000, and at a quarter: cos 90 and cos 45 degrees, a few roundings.
    #expect(abs(plan.learningRate(at: 2550) / highest - 0.5) < 1e-15)
    let quarter = (1 + 0.5.squareRoot()) / 2
    #expect(abs(plan.learningRate(at: 1325) / highest - quarter) < 1e-15)
    #expect(plan.learningRate(at: 4999) > 0)
    #expect(plan.learningRate(at: 5000) == 0)
    let rates = (0...5000).map(plan.learningRate(at:))
    #expect(Array(rates[...99]) == rates[...99].sorted())
    #expect(Array(rates[100...]) == rates[100...].sorted(by: >))
  }

  @Test func aShortRunRisesForATenthOfIt() {
    var plan = TrainingPlan(.default)
    plan.steps = 50
    #expect(plan.warmup == 5)
    #expect(plan.learningRate(at: 4) == plan.learningRate)
    // No step without a rate, however short the run.
    for steps in 1...9 {
      plan.steps = steps
      #expect(plan.learningRate(at: 0) == plan.learningRate)
      #expect((0..<steps).allSatisfy { plan.learningRate(at: $0) > 0 })
    }
  }

  @Test func makemoresRateIsConstant() {
    let plan = TrainingPlan(.makemore)
    #expect([0, 1, 99, 100, 4999].allSatisfy { plan.learningRate(at: $0) == 5e-4 })
    #expect(plan.weightDecay == 0.01 && plan.batchSize == 32 && plan.seed == Seed(3407))
  }

  @Test func weightDecayIsForMatricesAndInMakemoreForAll() {
    let tensors = GPTTensors(GPTConfig(nLayer: 1, blockSize: 4, vocabSize: 3)).tensors
    #expect(tensors.allSatisfy(TrainingPlan(.makemore).decays))
    let decayed = tensors.filter(TrainingPlan(.default).decays).map(\.name)
    #expect(
      decayed == [
        "transformer.wte.weight", "transformer.wpe.weight", "transformer.h.0.attn.c_attn.weight",
        "transformer.h.0.attn.c_proj.weight", "transformer.h.0.mlp.c_fc.weight",
        "transformer.h.0.mlp.c_proj.weight", "lm_head.weight",
      ])
  }

  @Test(arguments: [(7, 10), (25, 10), (10, 10), (1, 1), (4, 1), (3, 12)])
  func anEpochHoldsEachItemOnce(_ size: Int, _ count: Int) {
    var batches = Batches(size: size, of: count, seed: 1)
    var drawn: [Int] = []
    while drawn.count < 4 * count * size {
      let batch = batches.next()
      #expect(batch.count == size)
      drawn += batch
    }
    let epochs = stride(from: 0, to: drawn.count, by: count).map { Array(drawn[$0..<$0 + count]) }
    #expect(epochs.allSatisfy { $0.sorted() == Array(0..<count) })
    if count > 3 { #expect(Set(epochs).count > 1) }
    var other = Batches(size: size, of: count, seed: 2)
    if count > 9 { #expect((0..<4).flatMap { _ in other.next() } != Array(drawn[..<(4 * size)])) }
  }

  /// PyTorch's `RandomSampler` draws 32 at a time, whatever the batch.
  @Test(arguments: [1, 5, 32, 33, 100]) func drawsWithReplacementAreThoseOfPyTorch(_ size: Int) {
    var batches = Batches(size: size, of: 1000, sampler: TorchGenerator(seed: 5))
    var generator = TorchGenerator(seed: 5)
    let expected = (0..<20).flatMap { _ in generator.randint(32, in: 0..<1000) }
    let drawn = (0..<640 / size).flatMap { _ in batches.next() }
    #expect(drawn == Array(expected[..<drawn.count]))
  }
}
