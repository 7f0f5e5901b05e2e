/// Writes a back-off model in the ARPA format, which KenLM, SRILM and OpenGrm read.
///
/// Words are labels; `<s>` and `</s>` are the boundary that opens and the one that closes an item. A
/// line is the logarithm to base 10 of an n-gram's interpolated probability, the n-gram, and that of
/// its back-off weight as a context. Zero is -99, as the tools above have it.
public enum ARPA {
  /// Writes a model.
  ///
  /// - Throws: `DataError` when a write fails.
  public static func write(_ model: BackoffModel, to output: OutputFile) throws(DataError) {
    let trie = model.trie
    let lengths = (1...trie.order).filter { !trie.level($0).isEmpty }
    try output.write("\\data\\\n")
    for length in lengths {
      // <s> and <unk> are no nodes of their own.
      try output.write("ngram \(length)=\(trie.level(length).count + (length == 1 ? 2 : 0))\n")
    }
    let labels = (0..<trie.vocabulary.count).map(trie.vocabulary.label)
    // The nodes from the first token of an n-gram to the last.
    let parents = parents(trie)
    for length in lengths {
      try output.write("\n\\\(length)-grams:\n")
      if length == 1 {
        try output.write("-99\t<unk>\n-99\t<s>\t\(log10(model.backoffs[trie.start]).short)\n")
      }
      for node in trie.level(length) {
        var words: [String] = []
        var ancestor = node
        while ancestor != 0 {
          let token = Int(trie.tokens[ancestor])
          // A boundary that is not the last token opens the item.
          words.append(token > 0 ? labels[token] : words.isEmpty ? "</s>" : "<s>")
          ancestor = Int(parents[ancestor])
        }
        var line = log10(model.nodeProbs[node]).short + "\t"
        line += words.reversed().joined(separator: " ")
        if length < trie.order, trie.tokens[node] != 0, !trie.children(node).isEmpty {
          line += "\t" + log10(model.backoffs[node]).short
        }
        try output.write(line + "\n")
      }
    }
    try output.write("\n\\end\\\n")
  }

  private static func parents(_ trie: NGramTrie) -> [UInt32] {
    var parents = [UInt32](repeating: 0, count: trie.count)
    for node in 0..<trie.levels[trie.order] {
      for child in trie.children(node) { parents[child] = UInt32(node) }
    }
    return parents
  }
}

extension Double {
  /// The value of a logarithm as the readers of the format keep it, in `Float`; -99 for that of zero.
  fileprivate var short: String { self < -99 ? "-99" : Float(self).shortest }
}
