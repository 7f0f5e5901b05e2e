extension GPTTensors {
  /// Makes parameters with the values of a model's tensors.
  ///
  /// - Throws: `DataError` when one is missing, of a wrong shape or type, or not finite.
  convenience init(_ config: GPTConfig, from model: ModelFile) throws(DataError) {
    // Looked for first: nothing is reserved for tensors that are not there.
    let values = try Self.values(of: Self.tensors(of: config), in: model, prefix: "")
    let bytes = 4 * values.reduce(0) { $0 + $1.count }
    guard Memory.has(bytes) else {
      throw model.error("out of memory: the weights take \(ByteCount.text(Double(bytes)))")
    }
    self.init(config)
    take(values, of: tensors)
  }

  /// Takes the values of some of a model's tensors.
  ///
  /// - Throws: `DataError` when one is missing, of a wrong shape or type, or not finite.
  func read(
    _ tensors: [TensorSlot], from model: ModelFile, prefix: String
  ) throws(DataError) {
    take(try Self.values(of: tensors, in: model, prefix: prefix), of: tensors)
  }

  private func take(_ values: [[Float]], of tensors: [TensorSlot]) {
    for (tensor, values) in zip(tensors, values) { self[tensor.name] = values }
  }

  /// Finds the values of tensors in a model.
  ///
  /// - Throws: `DataError` when one is missing, of a wrong shape or type, or not finite.
  private static func values(
    of tensors: [TensorSlot], in model: ModelFile, prefix: String
  ) throws(DataError) -> [[Float]] {
    try tensors.map { (tensor) throws(DataError) in
      let name = prefix + tensor.name
      let found = try model.tensor(name)
      guard found.shape == tensor.shape else {
        throw model.error("the tensor \(name) has shape \(found.shape), expected \(tensor.shape)")
      }
      guard case .f32(let values) = found.values else {
        throw model.error("the tensor \(name) is \(found.values.dtype), expected F32")
      }
      guard values.allSatisfy(\.isFinite) else {
        throw model.error("the tensor \(name) holds a weight that is not finite")
      }
      return values
    }
  }
}
