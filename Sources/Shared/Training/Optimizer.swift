/// What turns a gradient into a change of the parameters.
///
/// A new one is a file beside `AdamWOptimizer`, and a case of `OptimizerKind`.
protocol Optimizer {
  /// What it carries from step to step, in the order in which a checkpoint holds it.
  var state: [OptimizerState] { get }

  /// Changes the parameters of an engine.
  ///
  /// - Parameters:
  ///   - engine: Its parameters are read and written slice by slice, through `forEachSlice`.
  ///   - gradient: The gradient of the mean loss, all of it finite; it may be overwritten.
  ///   - context: The step and its learning rate.
  func step(_ engine: GPTEngine, _ gradient: GradientParts, _ context: StepContext)
}

/// A part of what an optimizer carries from step to step: one float for each of some parameters.
struct OptimizerState {
  /// The name that PyTorch has for it: the tensors of `exp_avg` are `optimizer.exp_avg.TENSOR`.
  let name: String

  /// The floats; those of other tensors are zero.
  let values: GPTTensors

  /// The tensors that have them.
  let tensors: [TensorSlot]

  /// What the names of its tensors begin with in a checkpoint.
  var prefix: String { "optimizer.\(name)." }

  /// Whether all of it is finite.
  var isFinite: Bool {
    values.withFloats { floats in
      tensors.allSatisfy { floats[$0.range].allSatisfy(\.isFinite) }
    }
  }
}

/// The optimizers there are.
enum OptimizerKind: String, OptionChoice, SettingValue {
  /// AdamW for all parameters.
  case adamw

  /// Muon for the matrices of the layers, AdamW for the rest.
  case muon

  /// Makes an optimizer for a model of a shape.
  func make(_ config: GPTConfig, _ plan: TrainingPlan, threads: Int) -> any Optimizer {
    switch self {
    case .adamw:
      AdamWOptimizer(config, weightDecay: plan.weightDecay, decays: plan.decays)
    case .muon:
      MuonOptimizer(
        config, weightDecay: plan.weightDecay, decays: plan.decays, threads: threads)
    }
  }

  /// How many floats it takes for a model of a shape.
  func floats(_ config: GPTConfig, threads: Int) -> Double {
    switch self {
    case .adamw: AdamWOptimizer.floats(config)
    case .muon: MuonOptimizer.floats(config, threads: threads)
    }
  }
}
