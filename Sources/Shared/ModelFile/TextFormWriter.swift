/// Writes the text form: lines that begin with `#` are structure, the others are rows.
enum TextForm {
  /// What a model in the text form begins with.
  static let magic = "#mm\t"

  /// The first line, and the metadata that neither it nor the labels show.
  static func header(metadata: [String: String], isLabelled: Bool) -> String {
    var shown: Set = ["format", "mm.version", "mm.kind"]
    if isLabelled { shown.insert("mm.vocab") }
    let rest = metadata.filter { !shown.contains($0.key) }
      .sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
    var text = "\(magic)\(metadata["mm.version"] ?? "1")\t\(metadata["mm.kind"] ?? "")\n"
    for (key, value) in rest {
      text += "#meta\t\(Label.name(key))\t\(Label.escaped(value))\n"
    }
    return text
  }

  /// The line that announces a tensor, and the one that labels its columns.
  static func line(of tensor: TensorShape, labels: TableLabels?) -> String {
    let fields = ["#tensor", Label.name(tensor.name), "\(tensor.dtype)"]
    let line = (fields + tensor.shape.map(String.init)).joined(separator: "\t") + "\n"
    return labels.map { line + $0.columns + "\n" } ?? line
  }

  /// Writes some of a tensor's rows, which need not begin or end with the values.
  ///
  /// - Parameter first: The index of the first value in the tensor.
  /// - Throws: `DataError` when a write fails.
  static func write<Element: TensorElement>(
    _ values: UnsafeBufferPointer<Element>, from first: Int, of tensor: TensorShape,
    labels: TableLabels?, to output: OutputFile
  ) throws(DataError) {
    let columns = tensor.shape.last ?? 1
    var line = ""
    for (offset, value) in values.enumerated() {
      let index = first + offset
      let column = index % columns
      if column == 0, let labels {
        line += labels.row(index / columns, order: tensor.shape.count)
        line += "\t"
      } else if column > 0 {
        line += "\t"
      }
      line += value.shortest
      if column == columns - 1 { line += "\n" }
      if line.utf8.count > 1 << 14 {
        try output.write(line)
        line = ""
      }
    }
    try output.write(line)
  }
}
