extension TextFormReader {
  /// What the line that announces a list begins with.
  static let list = "#ngrams\t"

  /// Reads a list: the line `#ngrams<tab>ORDER<tab>G`, and G rows, whose labels are the vocabulary.
  ///
  /// - Throws: `DataError` with the line when it is malformed, or there is no memory for it.
  func readList(_ metadata: inout [String: String]) throws(DataError) -> [Tensor] {
    let line = try fields()
    guard line.count == 3, let order = JSON.number(String(line[1])).natural,
      let size = JSON.number(String(line[2])).natural
    else { throw malformed("expected '#ngrams', the length of the n-grams and their number") }
    var rows = NGramRows(bytes, order: order)
    var table = TokenTable()
    var tokens = TokenValues()
    var counts: [Int64] = []
    while counts.count < size {
      guard try !bytes.starts(with: "#"), try rows.next() else {
        throw malformed("truncated: \(counts.count) of \(size) n-grams")
      }
      var hasRoom = counts.makeRoom(for: 1, limit: size)
      for character in rows.ngram {
        hasRoom = hasRoom && tokens.append(character.map { table.insert($0) } ?? 0)
      }
      guard hasRoom else { throw malformed("out of memory at \(counts.count) n-grams of \(size)") }
      counts.append(rows.count)
    }
    let vocabulary = table.vocabulary.text
    if let known = metadata["mm.vocab"], !known.utf8.elementsEqual(vocabulary.utf8) {
      throw malformed("the n-grams' characters differ from mm.vocab")
    }
    metadata["mm.vocab"] = vocabulary
    tokens.renumber(table.ranks)
    return [
      Tensor(name: "ngrams", shape: [size, order], values: tokens.values),
      Tensor(name: "counts", shape: [size], values: .i64(counts)),
    ]
  }
}
