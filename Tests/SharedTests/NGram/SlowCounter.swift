@testable import Shared

/// Counts n-grams in a dictionary: the specification of the fast ones.
enum SlowCounter {
  /// The model of the items, in the text form.
  static func counts(_ items: [String], order: Int) throws -> String {
    let scalars = Set(items.flatMap(\.unicodeScalars)).sorted()
    let vocabulary = Vocabulary(sorted: scalars)
    var cells: [[Int]: Int64] = [:]
    for item in items where !item.isEmpty {
      var tokens = [Int](repeating: 0, count: order - 1)
      tokens += item.unicodeScalars.map { vocabulary.token(of: $0) ?? -1 } + [0]
      for begin in 0...(tokens.count - order) {
        cells[Array(tokens[begin..<begin + order]), default: 0] += 1
      }
    }
    if cells.isEmpty { return "#mm\t1\tcounts\n#tensor\tcounts\tI64\t1\t1\n#\t.\n.\t0\n" }
    if order > 2 || vocabulary.count > 1024 {
      let sorted = cells.keys.sorted { $0.lexicographicallyPrecedes($1) }
      let rows = sorted.map { "\(vocabulary.label($0))\t\(cells[$0] ?? 0)\n" }
      return "#mm\t1\tcounts\n#ngrams\t\(order)\t\(rows.count)\n" + rows.joined()
    }
    let labels = (0..<vocabulary.count).map(vocabulary.label)
    let sizes = [Int](repeating: vocabulary.count, count: order).map(String.init)
    var text = "#mm\t1\tcounts\n#tensor\tcounts\tI64\t\(sizes.joined(separator: "\t"))\n"
    text += "#\t\(labels.joined(separator: "\t"))\n"
    for context in labels.indices {
      let values = labels.indices.map { String(cells[[context, $0]] ?? 0) }
      text += "\(labels[context])\t\(values.joined(separator: "\t"))\n"
    }
    return text
  }
}
