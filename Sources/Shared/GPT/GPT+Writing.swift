extension GPT {
  /// Writes the model, its floats from where they are.
  ///
  /// - Parameters:
  ///   - state: What a checkpoint adds: tensors of the same names and shapes, each set of them with
  ///     a prefix before the names.
  ///   - metadata: What it adds to the metadata.
  /// - Throws: `DataError` when a write fails.
  public func write(
    to output: OutputFile, as form: ModelForm,
    adding state: [(prefix: String, values: GPTTensors)] = [], metadata: [String: String] = [:]
  ) throws(DataError) {
    var all = ModelFile.metadata(kind: .gpt, vocabulary: vocabulary)
    all["mm.config"] = parameters.config.json
    all.merge(metadata) { _, new in new }
    let sets = [("", parameters)] + state
    var writer = try ModelWriter(
      output, form, metadata: all,
      tensors: sets.flatMap { prefix, set in
        set.tensors.map { TensorShape(name: prefix + $0.name, dtype: .F32, shape: $0.shape) }
      })
    for (_, set) in sets {
      for tensor in set.tensors {
        try writer.append(
          UnsafeBufferPointer(
            start: set.start + tensor.range.lowerBound, count: tensor.range.count))
      }
    }
    writer.finish()
  }
}
