/// AdamW over all parameters, in one pass: each slice is summed, changed and packed while it is in
/// the nearest caches.
final class AdamWOptimizer: Optimizer {
  private let adamW = AdamW()
  private let expAvg: GPTTensors
  private let expAvgSq: GPTTensors
  private let decays: [Double]

  /// How many floats it keeps: two for each parameter.
  static func floats(_ config: GPTConfig) -> Double { 2 * Double(config.parameterCount ?? .max) }

  /// Prepares to change parameters of a shape.
  ///
  /// - Parameters:
  ///   - weightDecay: How much of a parameter goes at each step, times the learning rate.
  ///   - decays: Which tensors that holds for.
  init(_ config: GPTConfig, weightDecay: Double, decays: (TensorSlot) -> Bool) {
    expAvg = GPTTensors(config)
    expAvgSq = GPTTensors(config)
    self.decays = expAvg.tensors.map { decays($0) ? weightDecay : 0 }
  }

  /// The running means of the gradient and of its square.
  var state: [OptimizerState] {
    [("exp_avg", expAvg), ("exp_avg_sq", expAvgSq)].map {
      OptimizerState(name: $0, values: $1, tensors: $1.tensors)
    }
  }

  /// Makes one step; where the gradient has always been zero, nothing moves but by weight decay.
  func step(_ engine: GPTEngine, _ gradient: GradientParts, _ context: StepContext) {
    expAvg.withMutableFloats { m in
      expAvgSq.withMutableFloats { v in
        gradient.withParts { parts in
          // Proof of safety: a slice's moments are written with the slice, by one thread.
          nonisolated(unsafe) let (m, v, parts) = (m, v, parts)
          engine.forEachSlice { [adamW, decays] slice, p in
            adamW.update(
              p: p, m: m, v: v, g: parts, range: slice.range, step: context.step + 1,
              rate: context.rate, decay: decays[slice.tensor])
          }
        }
      }
    }
  }
}
