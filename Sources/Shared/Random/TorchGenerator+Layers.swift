extension TorchGenerator {
  /// Draws the initial parameters of `torch.nn.Linear(inputs, outputs, bias: hasBias)`.
  ///
  /// Both are uniform. PyTorch gets the weight's bound, 1 / sqrt(inputs), by way of He's
  /// initialization (arXiv 1502.01852, section 2.2) with a negative slope of sqrt(5), and the
  /// rounding on that way shows.
  ///
  /// - Returns: The weight, (outputs, inputs), row-major; and the bias, (outputs), or no elements.
  public mutating func linear(
    inputs: Int, outputs: Int, hasBias: Bool = true
  ) -> (weight: [Float], bias: [Float]) {
    precondition(inputs > 0 && outputs > 0, "linear: a layer has inputs and outputs")
    let slope = 5.0.squareRoot()
    let gain = (2 / (1 + slope * slope)).squareRoot()
    let fanIn = Double(inputs).squareRoot()
    let weightBound = 3.0.squareRoot() * (gain / fanIn)
    let weight = uniform(inputs * outputs, from: -weightBound, to: weightBound)
    let bias = hasBias ? uniform(outputs, from: -1 / fanIn, to: 1 / fanIn) : []
    return (weight, bias)
  }

  /// Draws the initial weight of `torch.nn.Embedding(count, channels)`: standard normals.
  ///
  /// - Returns: The weight, (count, channels), row-major.
  public mutating func embedding(count: Int, channels: Int) -> [Float] {
    precondition(count > 0 && channels > 0, "embedding: a table has rows and columns")
    return randn(count * channels)
  }
}
