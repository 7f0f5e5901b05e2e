import Foundation
import Testing

@testable import Shared

@Suite struct MuonOptimizerTests {
  /// Five steps of `torch.optim.Muon`, and of `torch.optim.AdamW` for the rest, with gradients and
  /// a start of noise: with the iteration in Double, and as it is, in bfloat16.
  private struct Fixture: Decodable {
    let lr: Double
    let adamw_share: Double
    let weight_decay: Double
    let steps: Int
    let float64: [String: [Float]]
    let bfloat16: [String: [Float]]
  }

  private static let config = GPTConfig(nLayer: 1, nHead: 2, nEmbd: 8, blockSize: 2, vocabSize: 3)

  private static func noise(_ config: GPTConfig, _ seed: UInt64) -> GPTTensors {
    let tensors = GPTTensors(config)
    var noise = Noise(seed)
    for tensor in tensors.tensors { tensors[tensor.name] = noise.floats(tensor.range.count) }
    return tensors
  }

  private static func optimizer(
    _ config: GPTConfig, threads: Int = 1, _ steps: [NewtonSchulz.Step] = NewtonSchulz.polarExpress
  ) -> MuonOptimizer {
    MuonOptimizer(
      config, weightDecay: 0.1, decays: TrainingPlan(.default).decays, threads: threads,
      steps: steps)
  }

  @Test func theStepsAreThoseOfPyTorch() throws {
    let fixture = try JSONDecoder().decode(
      Fixture.self, from: Data(contentsOf: Fixtures.url("muon/steps.json")))
    #expect(fixture.adamw_share == MuonOptimizer.adamWShare && fixture.weight_decay == 0.1)
    let engine = GPTEngine(Self.noise(Self.config, 1), pool: ThreadPool(threads: 1))
    let optimizer = Self.optimizer(Self.config, NewtonSchulz.quintic)
    for step in 0..<fixture.steps {
      optimizer.step(
        engine, GradientParts(parts: [Self.noise(Self.config, 100 + UInt64(step))]),
        StepContext(step: step, seed: 0, rate: fixture.lr))
    }
    for tensor in engine.parameters.tensors {
      let found = engine.parameters[tensor.name]
      let exact = try #require(fixture.float64[tensor.name])
      let rounded = try #require(fixture.bfloat16[tensor.name])
      for i in found.indices {
        // Five steps of 0.02 in directions that rounding bends by 1e-4 at most, as in
        // NewtonSchulzTests; bfloat16 has 8 bits, and five products of them each.
        #expect(abs(found[i] - exact[i]) < 1e-5, "\(tensor.name)")
        #expect(abs(found[i] - rounded[i]) < 2e-3, "\(tensor.name)")
      }
    }
  }

  /// A run's bytes do not depend on the threads, nor on the parts of a gradient but for rounding.
  @Test func threadsChangeNothing() {
    let config = GPTConfig(nLayer: 3, nHead: 2, nEmbd: 24, blockSize: 4, vocabSize: 5)
    func result(threads: Int, parts: Int) -> [Float] {
      let engine = GPTEngine(Self.noise(config, 1), pool: ThreadPool(threads: threads))
      let optimizer = Self.optimizer(config, threads: threads)
      for step in 0..<3 {
        let gradient = (0..<parts).map { Self.noise(config, UInt64(10 * step + $0 + 2)) }
        optimizer.step(
          engine, GradientParts(parts: gradient), StepContext(step: step, seed: 0, rate: 0.01))
      }
      return engine.parameters.floats + optimizer.state.flatMap { $0.values.floats }
    }
    for parts in [1, 3] {
      let one = result(threads: 1, parts: parts)
      for threads in [2, 3, 8] { #expect(result(threads: threads, parts: parts) == one) }
    }
  }

  @Test func theStateIsOfTheTensorsThatHaveIt() {
    let config = Self.config
    let engine = GPTEngine(Self.noise(config, 1), pool: ThreadPool(threads: 1))
    let optimizer = Self.optimizer(config)
    optimizer.step(
      engine, GradientParts(parts: [Self.noise(config, 2)]),
      StepContext(step: 0, seed: 0, rate: 0.01))
    #expect(optimizer.state.map(\.name) == ["momentum_buffer", "exp_avg", "exp_avg_sq"])
    let all = engine.parameters.tensors
    #expect(
      optimizer.state[0].tensors.map(\.name) == [
        "transformer.h.0.attn.c_attn.weight", "transformer.h.0.attn.c_proj.weight",
        "transformer.h.0.mlp.c_fc.weight", "transformer.h.0.mlp.c_proj.weight",
      ])
    for state in optimizer.state {
      for tensor in all {
        let isUsed = state.values[tensor.name].contains { $0 != 0 }
        #expect(isUsed == state.tensors.contains(tensor), "\(state.name) \(tensor.name)")
      }
    }
  }

  /// What is left out of a model has a gradient of zero, and stays zero.
  @Test(arguments: Ablation.allCases) func whatIsLeftOutStaysOut(_ part: Ablation) throws {
    var plan = TrainingRunTests.plan(.default)
    plan.optimizer = .muon
    plan.without = [part]
    let run = try TrainingRunTests.run(plan)
    while !run.isDone { _ = try run.update() }
    let floats = run.model.parameters.floats
    for range in part.ranges(in: run.model.parameters) {
      #expect(floats[range].allSatisfy { $0 == 0 })
    }
  }

  @Test func aResumedRunEndsLikeOneThatWasNotStopped() throws {
    var plan = TrainingRunTests.plan(.default)
    plan.optimizer = .muon
    plan.schedule = .linear
    let whole = try TrainingRunTests.run(plan)
    while !whole.isDone { _ = try whole.update() }
    let first = try TrainingRunTests.run(plan)
    for _ in 0..<5 { _ = try first.update() }
    let second = try TrainingRunTests.run(plan, checkpoint: first.checkpoint, threads: 3)
    while !second.isDone { _ = try second.update() }
    #expect(try second.checkpoint == whole.checkpoint)
  }
}
