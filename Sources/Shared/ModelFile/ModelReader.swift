/// Reads the models of a file one after the other, each in the form that it is in.
public struct ModelReader {
  private var bytes: ByteReader
  private var isFirst = true

  /// Reads from the start of a file or of standard input.
  public init(_ file: InputFile) {
    bytes = ByteReader(file)
  }

  /// Reads the one model of a file.
  ///
  /// - Throws: `DataError` when there is none, more than one, or one that is malformed.
  public static func model(in operand: String) throws(DataError) -> ModelFile {
    var reader = ModelReader(try InputFile(operand))
    guard let model = try reader.next() else { throw reader.empty }
    if try reader.next() != nil {
      throw DataError("holds several models where one is wanted", at: operand)
    }
    return model
  }

  /// Reads the next model.
  ///
  /// - Returns: `nil` at the end of the file, unless nothing came before it.
  /// - Throws: `DataError` when the file is empty or a model is malformed.
  public mutating func next() throws(DataError) -> ModelFile? {
    if try bytes.peek(1).isEmpty {
      if isFirst { throw empty }
      return nil
    }
    defer { isFirst = false }
    if try bytes.peek(TextForm.magic.utf8.count).elementsEqual(TextForm.magic.utf8) {
      return try readText()
    }
    do throws(DataError) { return try readBinary() } catch { throw error.at(bytes.file.name) }
  }

  private var empty: DataError {
    DataError("is empty where a model is wanted", at: bytes.file.name)
  }

  // MARK: safetensors

  private mutating func readBinary() throws(DataError) -> ModelFile {
    let start = Array(try bytes.peek(9))
    let length = start.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let isHeader = start.count == 9 && start[8] == UInt8(ascii: "{")
    let noModel =
      isFirst
      ? "is no model, neither safetensors nor '#mm' text; mm-count makes one of text"
      : "bytes after a model that begin no other"
    if start.count >= 8, length > SafeTensors.maximumHeader {
      let tooLong = "a header of \(length) bytes, more than \(SafeTensors.maximumHeader)"
      throw DataError(isHeader ? tooLong : noModel)
    }
    if start.count < 8 {
      // The fourth byte of a length that is allowed is at most 5.
      let isText = start.count >= 4 && start[3] > 5 && !TextForm.magic.utf8.elementsEqual(start)
      if isFirst, isText { throw DataError(noModel) }
      let cut = "truncated: a model has more than \(start.count) bytes"
      throw DataError(isFirst ? cut : "truncated, or bytes after a model that begin no other")
    }
    if !isFirst, start.count == 9, !isHeader {
      throw DataError(noModel)
    }
    try bytes.skip(8)
    let header = try bytes.read(UInt8.self, count: Int(length))
    let (metadata, entries) = try SafeTensors.parse(header)
    var tensors: [Tensor] = []
    for entry in entries {
      let tensor = entry.tensor
      let count = tensor.count ?? 0
      let values: TensorValues
      switch tensor.dtype {
      case .I64: values = .i64(try bytes.read(Int64.self, count: count))
      case .F32: values = .f32(try bytes.read(Float.self, count: count))
      case .F64: values = .f64(try bytes.read(Double.self, count: count))
      default:
        try bytes.skip(entry.range.count)
        continue
      }
      tensors.append(Tensor(name: tensor.name, shape: tensor.shape, values: values))
    }
    return ModelFile(metadata: metadata, tensors: tensors, place: bytes.file.name)
  }

  // MARK: Text

  private mutating func readText() throws(DataError) -> ModelFile {
    let first = try fields()
    guard first.count == 3 else { throw malformed("expected '#mm', a version and a kind") }
    guard first[1] == "1" else {
      throw malformed("version \(JSON.quoted(String(first[1]))), expected 1")
    }
    guard let kind = ModelKind(rawValue: String(first[2])) else {
      throw malformed(
        "kind \(JSON.quoted(String(first[2]))), expected counts, bigram, gpt or losses")
    }
    var metadata = ModelFile.metadata(kind: kind, vocabulary: nil)
    while try starts("#meta\t") {
      let line = try fields()
      guard line.count == 3, let key = Label.unescapedName(line[1]),
        let value = Label.unescapedName(line[2])
      else { throw malformed("expected '#meta', a key and a value") }
      if metadata.updateValue(value, forKey: key) != nil {
        throw malformed("repeats the key \(JSON.quoted(key))")
      }
    }
    var tensors: [Tensor] = []
    while try starts("#tensor\t") {
      let tensor = try readTensor(kind, &metadata)
      if tensors.contains(where: { $0.name == tensor.name }) {
        throw malformed("repeats the tensor \(Label.name(tensor.name))")
      }
      tensors.append(tensor)
    }
    if tensors.count < kind.leastTensorCount {
      let rest = try bytes.peek("#tensor\t".utf8.count)
      if ["#tensor\t", "#meta\t"].contains(where: { $0.utf8.starts(with: rest) }) {
        throw malformed("truncated: \(tensors.count) of \(kind.leastTensorCount) tensors")
      }
    }
    return ModelFile(metadata: metadata, tensors: tensors, place: bytes.file.name)
  }

  private mutating func readTensor(
    _ kind: ModelKind, _ metadata: inout [String: String]
  ) throws(DataError) -> Tensor {
    let line = try fields()
    let shape = line.dropFirst(3).map { field in
      field.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(field) : nil
    }
    guard line.count >= 3, let name = Label.unescapedName(line[1]), !shape.contains(nil) else {
      throw malformed("expected '#tensor', a name, a dtype and the dimensions")
    }
    guard let dtype = Dtype(rawValue: String(line[2])) else {
      throw malformed("unknown dtype \(JSON.quoted(String(line[2])))")
    }
    let header = TensorShape(name: name, dtype: dtype, shape: shape.compactMap(\.self))
    guard let count = header.count else { throw malformed("the shape's size overflows") }
    var labels: TableLabels?
    if kind.isLabelled {
      let (vocabulary, columns) = try readColumns(header)
      if let known = metadata["mm.vocab"], !known.utf8.elementsEqual(vocabulary.text.utf8) {
        throw malformed("the columns' labels differ from those before")
      }
      metadata["mm.vocab"] = vocabulary.text
      labels = columns
    }
    let values: TensorValues
    switch dtype {
    case .I64: values = .i64(try readRows(header, count, labels))
    case .F32: values = .f32(try readRows(header, count, labels))
    case .F64: values = .f64(try readRows(header, count, labels))
    default: throw malformed("dtype \(dtype), expected I64, F32 or F64")
    }
    return Tensor(name: name, shape: header.shape, values: values)
  }

  /// Reads the line of a table's column labels: they are the vocabulary, and label the rows.
  private mutating func readColumns(
    _ tensor: TensorShape
  ) throws(DataError) -> (Vocabulary, TableLabels) {
    if try bytes.peek(1).isEmpty { throw malformed("truncated: the columns' labels are missing") }
    let line = try fields()
    guard line[0] == "#", line.count > 1, line[1] == Label.boundary else {
      throw malformed("expected '#', the boundary's label '.' and those of the other columns")
    }
    var text = ""
    for label in line.dropFirst(2) {
      guard let character = Label.unescaped(label), character.unicodeScalars.count == 1 else {
        throw malformed("the label \(JSON.quoted(String(label))) is no single character")
      }
      text += character
    }
    guard tensor.shape.allSatisfy({ $0 == line.count - 1 }), tensor.shape.count > 1 else {
      throw malformed("\(line.count - 1) labels do not fit the shape \(tensor.shape)")
    }
    do throws(DataError) {
      return (try Vocabulary(text: text), TableLabels(line.dropFirst().map(String.init)))
    } catch { throw error.at(previous) }
  }

  private mutating func readRows<Element: TensorElement>(
    _ tensor: TensorShape, _ count: Int, _ labels: TableLabels?
  ) throws(DataError) -> [Element] {
    let columns = tensor.shape.last ?? 1
    var values: [Element] = []
    while values.count < count {
      let row = values.count / columns
      if try bytes.peek(1).isEmpty {
        throw malformed("truncated: \(row) of \(count / columns) rows")
      }
      var line = try fields()[...]
      if let labels {
        let label = labels.row(row, order: tensor.shape.count)
        // Compared by bytes: Swift's own equality takes K and the Kelvin sign for one label.
        guard line.popFirst().map({ $0.utf8.elementsEqual(label.utf8) }) == true else {
          throw malformed("expected the row of \(label)")
        }
      }
      guard line.count == columns else {
        throw malformed("expected \(columns) values, found \(line.count)")
      }
      for field in line {
        guard let value = Element(field: field) else {
          throw malformed("\(JSON.quoted(String(field))) is no \(Element.dtype) number")
        }
        values.append(value)
      }
    }
    return values
  }

  private mutating func starts(_ prefix: String) throws(DataError) -> Bool {
    try bytes.peek(prefix.utf8.count).elementsEqual(prefix.utf8)
  }

  private mutating func fields() throws(DataError) -> [Substring] {
    try bytes.readLine().split(separator: "\t", omittingEmptySubsequences: false)
  }

  /// The place of the line that was read last.
  private var previous: String { "\(bytes.file.name):\(bytes.line - 1)" }

  private func malformed(_ reason: String) -> DataError { DataError(reason, at: previous) }
}
