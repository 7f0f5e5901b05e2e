/// The lines of the text form that are structure: they begin with `#`.
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
}

/// The labels of a table of n-grams.
struct TableLabels {
  private let labels: [String]

  init(_ vocabulary: Vocabulary) {
    labels = (0..<vocabulary.count).map(vocabulary.label)
  }

  /// The labels that a file has, one for each token; they may be escaped where none need be.
  init(_ labels: [String]) {
    self.labels = labels
  }

  /// The line that labels the columns.
  var columns: String { "#\t" + labels.joined(separator: "\t") }

  /// The label of a row: its context, token by token.
  func row(_ index: Int, order: Int) -> String {
    var context = index
    var tokens: [String] = []
    for _ in 1..<max(order, 1) {
      tokens.append(labels[context % labels.count])
      context /= labels.count
    }
    return tokens.reversed().joined()
  }
}

extension Label {
  /// A tensor's name or a key as the text form and diagnostics write it: its full stops are plain.
  static func name(_ name: String) -> String {
    name.split(separator: ".", omittingEmptySubsequences: false).map { escaped($0) }
      .joined(separator: ".")
  }

  /// The name that `name(_:)` wrote, or `nil` where it is malformed.
  static func unescapedName(_ field: some StringProtocol) -> String? {
    // A full stop that is plain is one that no backslash escapes.
    var escaped = ""
    var afterBackslash = false
    for scalar in field.unicodeScalars {
      if scalar == ".", !afterBackslash { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
      afterBackslash = scalar == "\\" && !afterBackslash
    }
    return unescaped(escaped)
  }
}
