/// The settings of one step of training: one value that goes from the run to the pass.
///
/// What a pass draws at random follows from these numbers and a place alone, never from a thread.
public struct StepContext: Equatable, Sendable {
  /// The number of updates made before this one.
  public var step: Int

  /// The seed of all random choices of the run.
  public var seed: UInt64

  /// The learning rate of the step.
  public var rate: Double

  /// The probability that a hidden unit or an attended value of a node is left out.
  public var dropout: Double

  /// The share of the teacher's distributions in the targets.
  public var softTargets: Double

  /// Creates the settings of a step.
  public init(
    step: Int, seed: UInt64, rate: Double, dropout: Double = 0, softTargets: Double = 0
  ) {
    self.step = step
    self.seed = seed
    self.rate = rate
    self.dropout = dropout
    self.softTargets = softTargets
  }
}
