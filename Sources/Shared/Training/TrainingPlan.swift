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

  /// What turns gradients into changes.
  public var optimizer = OptimizerKind.adamw

  /// The highest learning rate; with Muon, that of the matrices.
  public var learningRate: Double

  /// How the learning rate goes over the run.
  public var schedule: Schedule

  /// How much of a parameter goes at each update, times the learning rate.
  public var weightDecay: Double

  /// What keeps it from fitting the items too closely.
  public var regularization = Regularization()

  /// The order of the n-gram model that softens targets.
  public var softOrder = 6

  /// The number of items drawn from that model, and trained on like the others.
  public var drawnItems = 0

  /// The seed of all random choices.
  public var seed: Seed

  /// The number of items kept out of training.
  public var holdout: Int

  /// The parts of the model that are left out.
  public var without: [Ablation] = []

  /// The plan of a recipe as the first version had it, whatever the data.
  ///
  /// It is what a record leaves out, and for makemore's recipe what holds without options.
  public init(_ recipe: Recipe) {
    self.recipe = recipe
    steps = 5000
    batchSize = 32
    seed = Seed(3407)
    holdout = 0
    switch recipe {
    case .default: (learningRate, weightDecay, schedule) = (3e-3, 0.1, .cosine)
    case .makemore: (learningRate, weightDecay, schedule) = (5e-4, 0.01, .constant)
    }
  }

  /// The learning rate of an update, counted from 0.
  public func learningRate(at step: Int) -> Double {
    schedule.rate(learningRate, at: step, of: steps)
  }

  /// Whether weight decay is for a tensor: all in makemore, the matrices in the default recipe.
  func decays(_ tensor: TensorSlot) -> Bool {
    recipe == .makemore || tensor.isMatrix
  }
}
