// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The tensors of one set of parameters, or of gradients, as matrices for the passes.
struct TensorPointers {
  /// The tensors of one layer.
  struct Layer {
    let ln1Weight: Matrix
    let ln1Bias: Matrix
    let qkvWeight: Matrix
    let qkvBias: Matrix
    let projWeight: Matrix
    let projBias: Matrix
    let ln2Weight: Matrix
    let ln2Bias: Matrix
    let fcWeight: Matrix
    let fcBias: Matrix
    let outWeight: Matrix
    let outBias: Matrix
  }

  let wte: Matrix
  let wpe: Matrix
  let layers: [Layer]
  let lnfWeight: Matrix
  let lnfBias: Matrix
  let head: Matrix

  /// Finds the tensors, which are in the order of `GPTTensors.tensors`.
  init(_ parameters: GPTTensors) {
    var tensors = parameters.tensors[...]
    func take() -> Matrix {
      let tensor = tensors.removeFirst()
      return Matrix(
        unpadded: parameters.start + tensor.range.lowerBound,
        rows: tensor.shape.dropLast().last ?? 1, columns: tensor.shape.last ?? 1)
    }
    wte = take()
    wpe = take()
    layers = (0..<parameters.config.nLayer).map { _ in
      Layer(
        ln1Weight: take(), ln1Bias: take(), qkvWeight: take(), qkvBias: take(),
        projWeight: take(), projBias: take(), ln2Weight: take(), ln2Bias: take(),
        fcWeight: take(), fcBias: take(), outWeight: take(), outBias: take())
    }
    lnfWeight = take()
    lnfBias = take()
    head = take()
  }
}
