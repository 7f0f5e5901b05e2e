/// One float for each parameter of a GPT-2, in one piece of memory: the parameters themselves, their
/// gradients, or a moment of AdamW.
///
/// Tensors have the names, the shapes and the order of Hugging Face's `GPT2LMHeadModel`. The four
/// projections of a layer are stored (in, out); the head is (V, C), not tied to the embedding.
final class GPTTensors {
  /// The shape of the model.
  let config: GPTConfig

  /// The tensors, in order; together they are all floats, without gaps.
  let tensors: [TensorSlot]

  /// How often the floats may have changed, except through `start`.
  private(set) var changes = 0

  private let buffer: FloatBuffer

  /// Makes zeros for every parameter of a model.
  ///
  /// - Precondition: The number of parameters does not overflow.
  init(_ config: GPTConfig) {
    guard let count = config.parameterCount else {
      preconditionFailure("the number of parameters overflows")
    }
    self.config = config
    tensors = Self.tensors(of: config)
    buffer = FloatBuffer(count: count)
    assert(tensors.last?.range.upperBound == count)
  }

  /// How many floats there are.
  var count: Int { buffer.count }

  /// The elements of a tensor, row-major.
  ///
  /// - Precondition: There is a tensor of that name; a new value has the same number of elements.
  subscript(name: String) -> [Float] {
    get {
      let range = tensor(name).range
      return Array(UnsafeBufferPointer(start: start + range.lowerBound, count: range.count))
    }
    set {
      changes += 1
      let range = tensor(name).range
      precondition(newValue.count == range.count, "a tensor keeps its number of elements")
      newValue.withUnsafeBufferPointer { values in
        guard let first = values.baseAddress else { return }
        (start + range.lowerBound).update(from: first, count: range.count)
      }
    }
  }

  /// The tensor of a name.
  ///
  /// - Precondition: There is one.
  func tensor(_ name: String) -> TensorSlot {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      preconditionFailure("a GPT-2 has no tensor \(name)")
    }
    return tensor
  }

  /// Calls `body` with all floats, in the order of the tensors, to be read.
  func withFloats<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeBufferPointer(start: start, count: count))
  }

  /// Calls `body` with all floats, in the order of the tensors, to be changed.
  func withMutableFloats<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    changes += 1
    return try body(UnsafeMutableBufferPointer(start: start, count: count))
  }

  /// Sets some of the floats to zero.
  func clear(_ ranges: [Range<Int>]) {
    changes += 1
    for range in ranges { (start + range.lowerBound).update(repeating: 0, count: range.count) }
  }

  /// The first float, for the engine alone, which packs the parameters again where it changes them.
  var start: UnsafeMutablePointer<Float> { buffer.start }

  /// The tensors of a model.
  static func tensors(of config: GPTConfig) -> [TensorSlot] {
    let C = config.nEmbd
    var tensors: [TensorSlot] = []
    var next = 0
    func add(_ name: String, _ shape: Int...) {
      let count = shape.reduce(1, *)
      tensors.append(TensorSlot(name: name, shape: shape, range: next..<next + count))
      next += count
    }
    add("transformer.wte.weight", config.vocabSize, C)
    add("transformer.wpe.weight", config.blockSize, C)
    for layer in 0..<config.nLayer {
      let prefix = "transformer.h.\(layer)."
      add(prefix + "ln_1.weight", C)
      add(prefix + "ln_1.bias", C)
      add(prefix + "attn.c_attn.weight", C, 3 * C)
      add(prefix + "attn.c_attn.bias", 3 * C)
      add(prefix + "attn.c_proj.weight", C, C)
      add(prefix + "attn.c_proj.bias", C)
      add(prefix + "ln_2.weight", C)
      add(prefix + "ln_2.bias", C)
      add(prefix + "mlp.c_fc.weight", C, 4 * C)
      add(prefix + "mlp.c_fc.bias", 4 * C)
      add(prefix + "mlp.c_proj.weight", 4 * C, C)
      add(prefix + "mlp.c_proj.bias", C)
    }
    add("transformer.ln_f.weight", C)
    add("transformer.ln_f.bias", C)
    add("lm_head.weight", config.vocabSize, C)
    return tensors
  }
}
