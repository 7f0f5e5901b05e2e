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
    let labels = (0..<vocabulary.count).map(vocabulary.label)
    let sizes = [Int](repeating: vocabulary.count, count: order).map(String.init)
    var text = "#mm\t1\tcounts\n#tensor\tcounts\tI64\t\(sizes.joined(separator: "\t"))\n"
    text += "#\t\(labels.joined(separator: "\t"))\n"
    var context = [Int](repeating: 0, count: order - 1)
    rows: while true {
      let values = labels.indices.map { String(cells[context + [$0]] ?? 0) }
      text += "\(vocabulary.label(context))\t\(values.joined(separator: "\t"))\n"
      var position = order - 2
      while context[position] == vocabulary.count - 1 {
        context[position] = 0
        position -= 1
        if position < 0 { break rows }
      }
      context[position] += 1
    }
    return text
  }
}
