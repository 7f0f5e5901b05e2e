/// A list of n-grams as a language model without back-off: counts, and what is added to each.
///
///     p(w | h) = (c(h w) + A) / (c(h) + A V)
///
/// It gives what `NGramModel` gives of the table that the list stands for, to the last bit.
struct NGramListModel: MarkovModel, Sendable {
  /// What the next token depends on: the longest end of the item so far that was counted.
  typealias Context = NGramTrie.Node

  private let trie: NGramTrie
  private let smooth: Double
  private let boundaryEnds: [NGramTrie.Node]

  /// Takes a list.
  ///
  /// - Parameter smooth: Added to every count.
  /// - Throws: `DataError` when there is no memory for it.
  init(_ list: NGramList, smooth: Double) throws(DataError) {
    trie = try NGramTrie(list)
    self.smooth = smooth
    boundaryEnds = trie.boundaryEnds
  }

  var vocabulary: Vocabulary { trie.vocabulary }
  var order: Int { trie.order }
  var start: Context { trie.start }

  /// An item may be empty, as PyTorch's draws may.
  var drawsNoEmptyItem: Bool { false }

  func context(after context: Context, _ token: Int) -> Context {
    trie.context(after: context, token)
  }

  func probs(after context: Context, _ choice: SamplingChoice) -> [Float]? {
    NGramModel.probs(row(context)[...], smooth: smooth, choice)
  }

  func nll(after context: Context) -> [Double] {
    NGramModel.nll(row(context)[...], smooth: smooth)
  }

  func nll(of token: Int, after context: Context) -> Double {
    let nodes = counted(context)
    let sum = nodes.reduce(Int128(0)) { $0 + Int128(trie.counts[$1]) }
    let count = nodes.isEmpty ? nil : trie.child(context, token).map { trie.counts[$0] }
    let total = Double(sum) + smooth * Double(vocabulary.count)
    let smoothed = Double(count ?? 0) + smooth
    return smoothed == 0 ? .infinity : log(total / smoothed)
  }

  /// The counts after a context, V of them.
  private func row(_ context: Context) -> [Int64] {
    var row = [Int64](repeating: 0, count: vocabulary.count)
    for node in counted(context) { row[Int(trie.tokens[node])] = trie.counts[node] }
    return row
  }

  /// The n-grams that were counted whole: after a context that is full, or opens the item.
  private func counted(_ context: Context) -> Range<NGramTrie.Node> {
    if trie.isFull(context) { return trie.children(context) }
    let length = trie.levels.lastIndex { $0 <= context } ?? 0
    return length > 0 && context < boundaryEnds[length] ? trie.children(context) : 0..<0
  }
}
