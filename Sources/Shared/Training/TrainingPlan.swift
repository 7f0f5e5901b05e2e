/// Everything that decides how a run of training goes, except its data and first parameters.
///
/// `fields` lists it for the command line and for checkpoints.
struct TrainingPlan: Equatable, Sendable {
  /// Whose training is followed.
  enum Recipe: String, OptionChoice {
    /// This project's: chosen by held-out loss.
    case `default`

    /// karpathy/makemore's, step for step.
    case makemore
  }

  /// Whose training is followed.
  var recipe: Recipe

  /// The number of updates.
  var steps: Int

  /// The number of items of a batch.
  var batchSize: Int

  /// What turns gradients into changes.
  var optimizer = OptimizerKind.adamw

  /// The highest learning rate; with Muon, that of the matrices.
  var learningRate: Double

  /// How the learning rate goes over the run.
  var schedule: Schedule

  /// How much of a parameter goes at each update, times the learning rate.
  var weightDecay: Double

  /// What keeps it from fitting the items too closely.
  var regularization = Regularization()

  /// The order of the n-gram model that softens targets.
  var softOrder = 6

  /// The number of items drawn from that model, and trained on like the others.
  var drawnItems = 0

  /// The seed of all random choices.
  var seed: Seed

  /// The number of items kept out of training.
  var holdout: Int

  /// The parts of the model that are left out.
  var without: [Ablation] = []

  /// The plan of a recipe as the first version had it, whatever the data.
  ///
  /// It is what a record leaves out, and for makemore's recipe what holds without options.
  init(_ recipe: Recipe) {
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
  func learningRate(at step: Int) -> Double {
    schedule.rate(learningRate, at: step, of: steps)
  }

  /// Whether weight decay is for a tensor: all in makemore, the matrices in the default recipe.
  func decays(_ tensor: TensorSlot) -> Bool {
    recipe == .makemore || tensor.isMatrix
  }
}
