/// Trains a GPT-2: one step of AdamW for each batch.
public final class AdamWOptimizer {
  /// The model.
  public let model: GPTEngine

  /// AdamW's running mean of the gradient.
  public let expAvg: GPTTensors

  /// AdamW's running mean of the squared gradient.
  public let expAvgSq: GPTTensors

  /// How many steps were made.
  public var stepCount = 0

  private let gradients: GPTTensors
  private let adamW: AdamW
  private let decays: [Double]
  private let frozen: [Range<Int>]

  /// Prepares to train a model.
  ///
  /// - Parameters:
  ///   - model: The model, whose parameters the steps change.
  ///   - beta1: The decay of the running mean of the gradient.
  ///   - beta2: The decay of the running mean of the squared gradient.
  ///   - epsilon: What is added to the root of the mean square.
  ///   - weightDecay: How much of a parameter goes at each step, times the learning rate.
  ///   - decays: Which tensors that holds for; all by default.
  ///   - frozen: The parameters that are zero and stay so.
  public init(
    _ model: GPTEngine, beta1: Double = 0.9, beta2: Double = 0.99, epsilon: Double = 1e-8,
    weightDecay: Double = 0.01, decays: (TensorSlot) -> Bool = { _ in true },
    frozen: [Range<Int>] = []
  ) {
    self.model = model
    self.frozen = frozen
    gradients = GPTTensors(model.config)
    expAvg = GPTTensors(model.config)
    expAvgSq = GPTTensors(model.config)
    adamW = AdamW(beta1: beta1, beta2: beta2, epsilon: epsilon)
    self.decays = model.parameters.tensors.map { decays($0) ? weightDecay : 0 }
  }

  /// Makes one step.
  ///
  /// - Parameters:
  ///   - batch: The items.
  ///   - learningRate: The learning rate of this step.
  /// - Returns: The mean loss over the batch's tokens before the step, in nats; NaN where there are
  ///   none. Where it is not finite, nothing has changed.
  public func step(_ batch: PrefixForest, learningRate: Double) -> Double {
    let (p, m, v) = (model.parameters.start, expAvg.start, expAvgSq.start)
    // A gradient of zero keeps both moments of what is frozen at zero, and AdamW moves nothing.
    let loss = model.update(batch, gradients: gradients, frozen: frozen) { piece, g in
      adamW.update(
        p: p, m: m, v: v, g: g, range: piece.range, step: stepCount + 1, rate: learningRate,
        decay: decays[piece.tensor])
    }
    if loss.isFinite { stepCount += 1 }
    return loss
  }
}
