// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// Pointers to the tensors of one set of parameters, for the passes.
struct TensorPointers {
  /// The tensors of one layer.
  struct Layer {
    let ln1Weight: UnsafeMutablePointer<Float>
    let ln1Bias: UnsafeMutablePointer<Float>
    let qkvWeight: UnsafeMutablePointer<Float>
    let qkvBias: UnsafeMutablePointer<Float>
    let projWeight: UnsafeMutablePointer<Float>
    let projBias: UnsafeMutablePointer<Float>
    let ln2Weight: UnsafeMutablePointer<Float>
    let ln2Bias: UnsafeMutablePointer<Float>
    let fcWeight: UnsafeMutablePointer<Float>
    let fcBias: UnsafeMutablePointer<Float>
    let outWeight: UnsafeMutablePointer<Float>
    let outBias: UnsafeMutablePointer<Float>
  }

  let wte: UnsafeMutablePointer<Float>
  let wpe: UnsafeMutablePointer<Float>
  let layers: [Layer]
  let lnfWeight: UnsafeMutablePointer<Float>
  let lnfBias: UnsafeMutablePointer<Float>
  let head: UnsafeMutablePointer<Float>

  /// Finds the tensors, which lie in the order of `GPTTensors.tensors`.
  init(_ parameters: GPTTensors) {
    let tensors = parameters.tensors
    var next = 0
    func take() -> UnsafeMutablePointer<Float> {
      next += 1
      return parameters.start + tensors[next - 1].range.lowerBound
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
