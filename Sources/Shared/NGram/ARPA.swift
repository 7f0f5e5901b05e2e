/// Writes a back-off model in the ARPA format, which KenLM, SRILM and OpenGrm read.
///
///     \data\
///     ngram 1=4
///     ngram 2=3
///
///     \1-grams:
///     -0.30103<tab>b<tab>-0.17609125
///     ...
///
/// A line is the logarithm to base 10 of an n-gram's interpolated probability, the n-gram, and that of
/// its back-off weight as a context. Words are labels; `<s>` and `</s>` are the boundary that opens and
/// the one that closes an item. Zero is -99, as the readers have it. A reader computes
///
///     p(w | h) = p(h w) where the n-gram h w is listed, else b(h) p(w | h'), b = 1 if h is not listed
///
/// with h' for h without its first word, which is what `BackoffModel.prob` computes.
public enum ARPA {
  /// Writes a model.
  ///
  /// - Throws: `DataError` when a write fails.
  public static func write(_ model: BackoffModel, to output: OutputFile) throws(DataError) {
    let trie = model.trie
    let words = (0..<trie.vocabulary.count).map { token in
      Array((token == 0 ? "</s>" : trie.vocabulary.label(token)).utf8)
    }
    try output.write("\\data\\\nngram 1=\(words.count + 2)\n")
    let lengths = (2...trie.order).filter { !trie.level($0).isEmpty }
    for length in lengths { try output.write("ngram \(length)=\(trie.level(length).count)\n") }
    try writeUnigrams(of: model, words, to: output)
    for length in lengths { try write(length, of: model, words, to: output) }
    try output.write("\n\\end\\\n")
  }

  /// Writes the unigrams: all the vocabulary, whether it was counted or not, and two words more.
  private static func writeUnigrams(
    of model: BackoffModel, _ words: [[UInt8]], to output: OutputFile
  ) throws(DataError) {
    try output.write("\n\\1-grams:\n-99\t<unk>\n-99\t<s>\t\(log(model.backoffs[model.start]))\n")
    for (token, word) in words.enumerated() {
      try output.write("\(log(model.prob(of: token, after: 0)))\t")
      try output.write(word)
      if token > 0, let node = model.trie.child(0, token) { try writeBackoff(node) }
      try output.write(byte: UInt8(ascii: "\n"))
    }

    func writeBackoff(_ node: NGramTrie.Node) throws(DataError) {
      if !model.trie.children(node).isEmpty {
        try output.write("\t\(log(model.backoffs[node]))")
      }
    }
  }

  /// Writes the n-grams of one length, 2 or more.
  private static func write(
    _ length: Int, of model: BackoffModel, _ words: [[UInt8]], to output: OutputFile
  ) throws(DataError) {
    let trie = model.trie
    try output.write("\n\\\(length)-grams:\n")
    // The nodes from the empty sequence to the n-gram.
    var path = (0...length).map { trie.levels[$0] }
    for node in trie.level(length) {
      path[length] = node
      for depth in (1..<length).reversed() {
        while path[depth + 1] >= trie.children(path[depth]).upperBound { path[depth] += 1 }
      }
      try output.write(log(model.nodeProbs[node]))
      for depth in 1...length {
        let token = Int(trie.tokens[path[depth]])
        try output.write(byte: UInt8(ascii: depth == 1 ? "\t" : " "))
        // A boundary that is not the last token opens the item.
        if token == 0, depth < length {
          try output.write("<s>")
        } else {
          try output.write(words[token])
        }
      }
      if length < trie.order, !trie.children(node).isEmpty {
        try output.write("\t\(log(model.backoffs[node]))")
      }
      try output.write(byte: UInt8(ascii: "\n"))
    }
  }

  /// The logarithm to base 10, at most 0 as rounding may not have it, in the precision that the
  /// readers keep.
  private static func log(_ probability: Double) -> String {
    max(-99, Float(log10(min(1, probability)))).shortest
  }
}
