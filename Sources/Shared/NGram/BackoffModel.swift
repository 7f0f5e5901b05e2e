/// A method of back-off.
public enum BackoffMethod: Sendable {
  /// Interpolated modified Kneser-Ney.
  case kneserNey

  /// Interpolated Witten-Bell.
  case wittenBell
}

/// A list of n-grams as a language model in which every token has a probability.
///
///     p(w | h) = a(h w) + b(h) p(w | h'),    p(w | nothing, below unigrams) = 1 / V
///
/// h' is h without its first token, and a and b are the method's: see `KneserNey` and `WittenBell`.
/// Each n-gram that was counted has its whole p, each context its b, so that what was not counted
/// after h costs one multiplication for each token by which h must be shortened.
public struct BackoffModel: MarkovModel, Sendable {
  /// What the next token depends on: the longest end of the item so far that was counted.
  typealias Context = NGramTrie.Node

  let trie: NGramTrie

  /// The probability of each node's last token after its others; that of node 0 is 1 / V.
  let nodeProbs: [Double]

  /// b of each context.
  let backoffs: [Double]

  /// The characters of tokens 1, 2, ...
  public var vocabulary: Vocabulary { trie.vocabulary }

  /// The empty item, which has a probability here, is never drawn.
  var drawsNoEmptyItem: Bool { true }

  /// The length of the longest n-grams.
  var order: Int { trie.order }

  /// Estimates the probabilities.
  ///
  /// - Throws: `DataError` when nothing was counted, rows are missing, or there is no memory for it.
  /// - Complexity: O(nodes) after the trie.
  public init(_ list: NGramList, _ method: BackoffMethod) throws(DataError) {
    let trie = try NGramTrie(list)
    guard trie.levels[1] < trie.levels[2], trie.start != 0 else {
      throw DataError("nothing was counted; mm-count makes counts of text with at least one item")
    }
    // A count, a probability and b for each node.
    guard Memory.has(trie.count * 24) else { throw NGramList.outOfMemory(list.count) }
    self.trie = trie
    switch method {
    case .kneserNey: (nodeProbs, backoffs) = try KneserNey(trie).probs(of: trie)
    case .wittenBell: (nodeProbs, backoffs) = WittenBell.probs(of: trie)
    }
  }

  /// The context at the start of an item: the boundary.
  var start: Context { trie.start }

  /// The context after a token.
  func context(after context: Context, _ token: Int) -> Context {
    trie.context(after: context, token)
  }

  /// The probability of a token after a context.
  ///
  /// To the last bit that of `probs(after:)`: the weights are multiplied from the shortest context on.
  ///
  /// - Complexity: O(order log V).
  func prob(of token: Int, after context: Context) -> Double {
    if let child = trie.child(context, token) { return nodeProbs[child] }
    let lower =
      context == 0 ? nodeProbs[0] : prob(of: token, after: Int(trie.links[context]))
    return lower * backoffs[context]
  }

  /// The probabilities of all tokens after a context.
  ///
  /// - Complexity: O(order V).
  func probs(after context: Context) -> [Double] {
    // From the shortest context to the longest, each scaling what is below it.
    var path = [context]
    while let node = path.last, node != 0 { path.append(Int(trie.links[node])) }
    var probs = [Double](repeating: nodeProbs[0], count: vocabulary.count)
    for node in path.reversed() {
      let backoff = backoffs[node]
      for token in probs.indices { probs[token] *= backoff }
      for child in trie.children(node) { probs[Int(trie.tokens[child])] = nodeProbs[child] }
    }
    return probs
  }

  /// The probabilities that sampling draws from, narrowed to `Float`.
  func probs(after context: Context, _ choice: SamplingChoice) -> [Float]? {
    let probs = probs(after: context)
    if choice.isPlain(vocabSize: probs.count) { return probs.map(Float.init) }
    return choice.probs(probs.map { log($0) })
  }

  /// The negative log-likelihood of each token, in nats.
  func nll(after context: Context) -> [Double] { probs(after: context).map(Self.nll) }

  /// The negative log-likelihood of a token, in nats.
  func nll(of token: Int, after context: Context) -> Double {
    Self.nll(prob(of: token, after: context))
  }

  /// That of a probability, which rounding may have brought above 1: 0, never below it, nor -0.
  private static func nll(_ prob: Double) -> Double { prob < 1 ? -log(prob) : 0 }
}
