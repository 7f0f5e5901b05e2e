extension GPT {
  /// Writes the model, its floats from where they are.
  ///
  /// - Parameters:
  ///   - state: What a checkpoint adds: tensors of the same names and shapes, with a prefix before
  ///     the names.
  ///   - metadata: What it adds to the metadata.
  /// - Throws: `DataError` when a write fails.
  func write(
    to output: OutputFile, as form: ModelForm,
    adding state: [(prefix: String, values: GPTTensors, tensors: [TensorSlot])] = [],
    metadata: [String: String] = [:]
  ) throws(DataError) {
    var all = ModelFile.metadata(kind: .gpt, vocabulary: vocabulary)
    all["mm.config"] = parameters.config.json
    all.merge(metadata) { _, new in new }
    let sets = [("", parameters, parameters.tensors)] + state
    var writer = try ModelWriter(
      output, form, metadata: all,
      tensors: sets.flatMap { prefix, _, tensors in
        tensors.map { TensorShape(name: prefix + $0.name, dtype: .F32, shape: $0.shape) }
      })
    for (_, set, tensors) in sets {
      for tensor in tensors {
        try writer.append(
          UnsafeBufferPointer(
            start: set.start + tensor.range.lowerBound, count: tensor.range.count))
      }
    }
    writer.finish()
  }
}
