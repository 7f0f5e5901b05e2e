/// What turns a gradient into a change of the parameters.
///
/// A new one is a file beside `AdamWOptimizer`, and a case where `TrainingRun` makes its optimizer.
protocol Optimizer {
  /// What it carries from step to step, in the order in which a checkpoint holds it.
  ///
  /// A name is that of PyTorch: the tensors of `exp_avg` are `optimizer.exp_avg.TENSOR`.
  var state: [(name: String, values: GPTTensors)] { get }

  /// Changes the parameters of an engine.
  ///
  /// - Parameters:
  ///   - engine: Its parameters are read and written slice by slice, through `forEachSlice`.
  ///   - gradient: The gradient of the mean loss, all of it finite.
  ///   - context: The step and its learning rate.
  func step(_ engine: GPTEngine, _ gradient: GradientParts, _ context: StepContext)
}
