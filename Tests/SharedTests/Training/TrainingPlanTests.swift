import Testing

@testable import Shared

@Suite struct TrainingPlanTests {
  @Test func aCosineRisesAndFalls() {
    let plan = TrainingPlan(.default)
    let highest = plan.learningRate
    #expect(Schedule.warmup(of: plan.steps) == 100)
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
    #expect(Schedule.warmup(of: plan.steps) == 5)
    #expect(plan.learningRate(at: 4) == plan.learningRate)
    // No step without a rate, however short the run.
    for steps in 1...9 {
      plan.steps = steps
      #expect(plan.learningRate(at: 0) == plan.learningRate)
      #expect((0..<steps).allSatisfy { plan.learningRate(at: $0) > 0 })
    }
  }

  @Test func aLineRisesAndFalls() {
    var plan = TrainingPlan(.default)
    plan.schedule = .linear
    let highest = plan.learningRate
    #expect(plan.learningRate(at: 49) == highest / 2)
    #expect(plan.learningRate(at: 99) == highest && plan.learningRate(at: 100) == highest)
    #expect(plan.learningRate(at: 2550) == highest / 2)
    #expect(plan.learningRate(at: 4999) > 0 && plan.learningRate(at: 5000) == 0)
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

  @Test func everySettingIsAFieldOnce() {
    let names = TrainingPlan.fields.map(\.name)
    #expect(Set(names).count == names.count)
    // As many as the plan and its regularization have properties: none is forgotten.
    let plan = Mirror(reflecting: TrainingPlan(.default)).children
    let regularization = Mirror(reflecting: Regularization()).children
    #expect(plan.count - 1 + regularization.count == names.count)
    let sizes = Mirror(reflecting: GPTConfig(blockSize: 1, vocabSize: 1)).children
    // All but the number of tokens, which follows from the data.
    #expect(GPTConfig.fields.count == sizes.count - 1)
  }
}
