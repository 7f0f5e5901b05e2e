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
