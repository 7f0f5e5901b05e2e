/// The settings of one step of training: one value that goes from the run to the pass.
///
/// What a pass draws at random follows from these numbers and a place alone, never from a thread.
struct StepContext: Equatable, Sendable {
  /// The number of updates made before this one.
  var step: Int

  /// The seed of all random choices of the run.
  var seed: UInt64

  /// The learning rate of the step.
  var rate: Double

  /// What keeps the step from fitting its items too closely.
  var regularization = Regularization()
}

/// What keeps training from fitting its items too closely; a new one does nothing.
struct Regularization: Equatable, Sendable {
  /// The probability that a hidden unit or an attended value of a node is left out.
  var dropout = 0.0

  /// The share of an n-gram model's distribution in the targets.
  var softTargets = 0.0
}
