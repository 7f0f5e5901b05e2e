/// Everything that decides how a run of training goes, except its data and first parameters.
///
/// `fields` lists it for the command line and for checkpoints.
public struct TrainingPlan: Equatable, Sendable {
  /// Whose training is followed.
  public enum Recipe: String, OptionChoice {
    /// This project's: chosen by held-out loss.
    case `default`

    /// karpathy/makemore's, step for step.
    case makemore
  }

  /// Whose training is followed.
  public var recipe: Recipe

  /// The number of updates.
  public var steps: Int

  /// The number of items of a batch.
  public var batchSize: Int

  /// The learning rate; for the default recipe, the highest.
  public var learningRate: Double

  /// How much of a parameter goes at each update, times the learning rate.
  public var weightDecay: Double

  /// The seed of all random choices.
  public var seed: Seed

  /// The number of items kept out of training.
  public var holdout: Int

  /// The parts of the model that are left out.
  public var without: [Ablation] = []

  /// The plan of a recipe, without what a command line says.
  public init(_ recipe: Recipe) {
    self.recipe = recipe
    steps = 5000
    batchSize = 32
    seed = Seed(3407)
    holdout = 0
    switch recipe {
    case .default: (learningRate, weightDecay) = (3e-3, 0.1)
    case .makemore: (learningRate, weightDecay) = (5e-4, 0.01)
    }
  }

  /// The updates over which the learning rate rises.
  public var warmup: Int { min(100, steps / 10) }

  /// The learning rate of an update, counted from 0.
  ///
  /// The default recipe rises for `warmup` updates and then falls to zero along a cosine
  /// (Loshchilov and Hutter 2017, equation 5); makemore's is constant.
  public func learningRate(at step: Int) -> Double {
    guard recipe == .default else { return learningRate }
    if step < warmup { return learningRate * Double(step + 1) / Double(warmup) }
    let progress = Double(step - warmup) / Double(max(1, steps - warmup))
    return learningRate * (1 + cos(.pi * progress)) / 2
  }

  /// Whether weight decay is for a tensor: all in makemore, the matrices in the default recipe.
  func decays(_ tensor: TensorSlot) -> Bool {
    recipe == .makemore || tensor.isMatrix
  }
}
