/// Reads models of the text form, line by line.
///
/// What it keeps grows with the lines that it has seen, not with what one of them announces.
struct TextFormReader {
  let bytes: BlockReader

  /// Reads a model.
  ///
  /// - Throws: `DataError` with the line when it is malformed, or there is no memory for it.
  func read() throws(DataError) -> ModelFile {
    let first = try fields()
    guard first.count == 3 else { throw malformed("expected '#mm', a version and a kind") }
    guard first[1] == "1" else {
      throw malformed("version \(JSON.quoted(String(first[1]))), expected 1")
    }
    var metadata = ModelFile.metadata(
      kind: ModelKind(rawValue: String(first[2])), vocabulary: nil)
    var structure = 0
    while try bytes.starts(with: "#meta\t") {
      let line = try fields(addingTo: &structure)
      guard line.count == 3, let key = Label.unescapedName(line[1]),
        let value = Label.unescapedName(line[2])
      else { throw malformed("expected '#meta', a key and a value") }
      if metadata.updateValue(value, forKey: key) != nil {
        throw malformed("repeats the key \(JSON.quoted(key))")
      }
    }
    if try bytes.starts(with: Self.list) {
      let tensors = try readList(&metadata)
      return ModelFile(metadata: metadata, tensors: tensors, place: bytes.file.name)
    }
    var tensors: [Tensor] = []
    var names: Set<String> = []
    var layout = TextLayout.rows
    while try bytes.starts(with: "#tensor\t") {
      let tensor = try readTensor(&metadata, &layout, &structure)
      if !names.insert(tensor.name).inserted {
        throw malformed("repeats the tensor \(Label.name(tensor.name))")
      }
      tensors.append(tensor)
    }
    if tensors.isEmpty {
      let rest = try bytes.peek("#tensor\t".utf8.count)
      if ["#tensor\t", "#meta\t", Self.list].contains(where: { $0.utf8.starts(with: rest) }) {
        throw malformed("truncated: the tensors are missing")
      }
    }
    return ModelFile(
      metadata: metadata, tensors: tensors, place: bytes.file.name, layout: layout)
  }

  private func readTensor(
    _ metadata: inout [String: String], _ layout: inout TextLayout, _ structure: inout Int
  ) throws(DataError) -> Tensor {
    let line = try fields(addingTo: &structure)
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
    if try bytes.starts(with: "#\t") {
      let (vocabulary, columns) = try readColumns(header)
      if let known = metadata["mm.vocab"], !known.utf8.elementsEqual(vocabulary.text.utf8) {
        throw malformed("the columns' labels differ from those before")
      }
      metadata["mm.vocab"] = vocabulary.text
      labels = columns
      layout = .table
    }
    let values: TensorValues
    switch dtype {
    case .U8: values = .u8(try readRows(header, count, labels))
    case .U16: values = .u16(try readRows(header, count, labels))
    case .U32: values = .u32(try readRows(header, count, labels))
    case .I64: values = .i64(try readRows(header, count, labels))
    case .F32: values = .f32(try readRows(header, count, labels))
    case .F64: values = .f64(try readRows(header, count, labels))
    default: throw malformed("dtype \(dtype), expected U8, U16, U32, I64, F32 or F64")
    }
    return Tensor(name: name, shape: header.shape, values: values)
  }

  /// Reads the line of a table's column labels: they are the vocabulary, and label the rows.
  private func readColumns(
    _ tensor: TensorShape
  ) throws(DataError) -> (Vocabulary, TableLabels) {
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

  private func readRows<Element: TensorElement>(
    _ tensor: TensorShape, _ count: Int, _ labels: TableLabels?
  ) throws(DataError) -> [Element] {
    let columns = tensor.shape.last ?? 1
    var values: [Element] = []
    while values.count < count {
      let row = values.count / columns
      if try bytes.isFinished() {
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
      guard values.makeRoom(for: columns, limit: count) else {
        throw outOfMemory(count * MemoryLayout<Element>.size)
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

  /// Takes a line.
  func fields() throws(DataError) -> [Substring] {
    let line = try bytes.takeLine()
    // A field takes up to twice the room of a substring, and two bytes of the line.
    guard Memory.has(line.utf8.count * MemoryLayout<Substring>.stride) else {
      throw outOfMemory(line.utf8.count)
    }
    return line.split(separator: "\t", omittingEmptySubsequences: false)
  }

  /// Takes a line that is kept for good: a model may have any number of them.
  ///
  /// - Parameter structure: The bytes of all such lines.
  private func fields(addingTo structure: inout Int) throws(DataError) -> [Substring] {
    let fields = try fields()
    structure += fields.reduce(0) { $0 + $1.utf8.count + 1 }
    // The shortest lines, of nine bytes, take an entry in a table that doubles as it grows.
    guard Memory.has(structure * 32) else { throw outOfMemory(structure) }
    return fields
  }

  /// The place of the line that was read last.
  var previous: String { "\(bytes.file.name):\(bytes.line - 1)" }

  func malformed(_ reason: String) -> DataError { DataError(reason, at: previous) }

  private func outOfMemory(_ bytes: Int) -> DataError {
    DataError(
      "out of memory: the model takes \(ByteCount.text(Double(bytes)))", at: self.bytes.file.name)
  }
}
