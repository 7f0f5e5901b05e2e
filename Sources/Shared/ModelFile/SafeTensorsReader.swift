/// Reads a safetensors file: eight bytes of length, then a header in JSON, then the tensors' bytes.
///
/// Source: the format's description at <https://github.com/safetensors/safetensors>. Readers of it
/// have been caught by an unchecked product of a shape, by ranges that overlap, by empty metadata
/// and by a length taken at its word; each is refused or read here, and tested.
enum SafeTensorsReader {
  /// The length that a header may have, in bytes.
  static let maximumHeader = 100_000_000

  /// A tensor and where its bytes are, counted from the end of the header.
  struct Entry {
    var tensor: TensorShape
    var range: Range<Int>
  }

  /// Reads a model, from the length of its header on.
  ///
  /// - Parameter length: The length, which was seen ahead.
  /// - Throws: `DataError` when it is malformed, or the data ends early.
  static func read(_ bytes: BlockReader, length: Int) throws(DataError) -> ModelFile {
    try bytes.skip(8)
    guard let header = try bytes.read(UInt8.self, count: length),
      Memory.has(length * bytesPerByte)
    else { throw outOfMemory("the model's header", length) }
    let (metadata, entries) = try parse(header)
    let size = entries.last?.range.upperBound ?? 0
    var tensors: [Tensor] = []
    for entry in entries {
      let tensor = entry.tensor
      func read<Element: TensorElement>(_ type: Element.Type) throws(DataError) -> [Element] {
        let values = try bytes.read(type, count: tensor.count ?? 0)
        guard let values else { throw outOfMemory("the model", size) }
        return values
      }
      let values: TensorValues
      switch tensor.dtype {
      case .U8: values = .u8(try read(UInt8.self))
      case .U16: values = .u16(try read(UInt16.self))
      case .U32: values = .u32(try read(UInt32.self))
      case .I64: values = .i64(try read(Int64.self))
      case .F32: values = .f32(try read(Float.self))
      case .F64: values = .f64(try read(Double.self))
      default:
        try bytes.skip(entry.range.count)
        continue
      }
      tensors.append(Tensor(name: tensor.name, shape: tensor.shape, values: values))
    }
    return ModelFile(metadata: metadata, tensors: tensors, place: bytes.file.name)
  }

  /// What a parsed header takes at most for each of its bytes: an array of digits has an element of
  /// 24 bytes for two of them, in memory that doubles as it grows.
  private static let bytesPerByte = 36

  private static func outOfMemory(_ what: String, _ bytes: Int) -> DataError {
    DataError("out of memory: \(what) takes \(ByteCount.text(Double(bytes)))")
  }

  /// Reads a header and checks that the tensors' bytes follow one another without gap or overlap.
  ///
  /// - Returns: The metadata, and the tensors in the order of their bytes.
  /// - Throws: `DataError` with what is wrong.
  static func parse(
    _ bytes: [UInt8]
  ) throws(DataError) -> (metadata: [String: String], entries: [Entry]) {
    if bytes.first != UInt8(ascii: "{") { throw DataError("header does not begin with '{'") }
    guard case .object(let members) = try JSON(parsing: bytes) else {
      throw DataError("header is no JSON object")
    }
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = try parseMetadata(value)
      } else {
        entries.append(try parseEntry(name, value))
      }
    }
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for entry in entries {
      let begin = entry.range.lowerBound
      if begin != end {
        throw DataError(
          "tensor \(Label.name(entry.tensor.name)) begins at byte \(begin) of the data, "
            + (begin < end ? "inside another that ends at \(end)" : "after a gap from \(end)"))
      }
      end = entry.range.upperBound
    }
    return (metadata, entries)
  }

  private static func parseMetadata(_ value: JSON) throws(DataError) -> [String: String] {
    guard case .object(let members) = value else {
      throw DataError("__metadata__ is no JSON object")
    }
    var metadata: [String: String] = [:]
    for (key, value) in members {
      guard case .string(let text) = value else {
        throw DataError("the metadata's \(Label.name(key)) is no string")
      }
      // The keys are different, but not to a dictionary: it goes by canonical equivalence.
      if metadata.updateValue(text, forKey: key) != nil {
        throw DataError("the metadata has two keys \(Label.name(key)) that look the same")
      }
    }
    return metadata
  }

  private static func parseEntry(_ name: String, _ value: JSON) throws(DataError) -> Entry {
    let tensor = "tensor \(Label.name(name))"
    guard case .object(let members) = value else { throw DataError("\(tensor) is no JSON object") }
    var dtype: Dtype?
    var shape: [Int]?
    var offsets: [Int]?
    for (key, value) in members {
      switch key {
      case "dtype":
        guard case .string(let text) = value, let known = Dtype(rawValue: text) else {
          throw DataError("\(tensor) has an unknown dtype")
        }
        dtype = known
      case "shape": shape = try naturals(value, "\(tensor): shape")
      case "data_offsets": offsets = try naturals(value, "\(tensor): data_offsets")
      default: throw DataError("\(tensor) has an unknown key \(JSON.quoted(key))")
      }
    }
    guard let dtype else { throw DataError("\(tensor) has no dtype") }
    guard let shape else { throw DataError("\(tensor) has no shape") }
    guard let offsets, offsets.count == 2 else {
      throw DataError("\(tensor) has no pair of data_offsets")
    }
    let header = TensorShape(name: name, dtype: dtype, shape: shape)
    guard let count = header.count else { throw DataError("\(tensor): the shape's size overflows") }
    guard offsets[0] <= offsets[1] else {
      throw DataError("\(tensor) ends before it begins: data_offsets \(offsets)")
    }
    if offsets[1] - offsets[0] != count * dtype.size {
      throw DataError(
        "\(tensor) of shape \(shape) takes \(count * dtype.size) bytes, "
          + "and its data_offsets \(offsets) hold \(offsets[1] - offsets[0])")
    }
    return Entry(tensor: header, range: offsets[0]..<offsets[1])
  }

  private static func naturals(_ value: JSON, _ what: String) throws(DataError) -> [Int] {
    guard case .array(let elements) = value else { throw DataError("\(what) is no array") }
    var numbers: [Int] = []
    for element in elements {
      guard let number = element.natural else {
        throw DataError("\(what) holds something that is no non-negative integer")
      }
      numbers.append(number)
    }
    return numbers
  }
}
