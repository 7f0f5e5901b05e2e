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

  /// Creates the settings of a step.
  public init(step: Int, seed: UInt64, rate: Double) {
    self.step = step
    self.seed = seed
    self.rate = rate
  }
}
