/// Writes a safetensors file: eight bytes of length, then the header, then the tensors' bytes.
enum SafeTensorsWriter {
  /// Writes what comes before the tensors' bytes.
  ///
  /// - Throws: `DataError` when a write fails.
  static func begin(
    _ output: OutputFile, metadata: [String: String], tensors: [TensorShape]
  ) throws(DataError) {
    let header = header(metadata: metadata, tensors: tensors)
    try withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) {
      (bytes) throws(DataError) in try output.write(bytes: bytes)
    }
    try output.write(header)
  }

  /// A header: keys sorted, tensors in their order, padded with spaces so that the data that
  /// follows it is aligned to 8 bytes.
  static func header(metadata: [String: String], tensors: [TensorShape]) -> String {
    let pairs = metadata.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
    var members: [(key: String, value: JSON)] = [
      ("__metadata__", .object(pairs.map { ($0.key, .string($0.value)) }))
    ]
    var offset = 0
    for tensor in tensors {
      let end = offset + (tensor.count ?? 0) * tensor.dtype.size
      members.append(
        (
          tensor.name,
          .object([
            ("dtype", .string(tensor.dtype.rawValue)),
            ("shape", .array(tensor.shape.map { .number("\($0)") })),
            ("data_offsets", .array([.number("\(offset)"), .number("\(end)")])),
          ])
        ))
      offset = end
    }
    let header = JSON.object(members).text
    return header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
  }
}
