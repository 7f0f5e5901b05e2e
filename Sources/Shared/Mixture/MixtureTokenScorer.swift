/// Scores items under a mixture: each part by its own means, all items at once.
struct MixtureTokenScorer: TokenScorer {
  private var parts: [PartScorer]
  private let weights: [Double]

  init(_ parts: [PartScorer], _ weights: [Double]) {
    self.parts = parts
    self.weights = weights
  }

  mutating func tokenLosses(_ items: inout PrefixForest) -> [Double] {
    var sums = [Double](repeating: 0, count: items.tokenCount)
    for (index, weight) in weights.enumerated() where weight > 0 {
      let probs = parts[index].probs(&items)
      for place in sums.indices { sums[place] += weight * probs[place] }
    }
    // NaN stays NaN; rounding may have brought a sum above 1.
    return sums.map { $0 >= 1 ? 0 : -log($0) }
  }
}

/// Scores the items of a mixture under one of its parts.
struct PartScorer {
  private var scorer: any TokenScorer
  private let tokens: PartTokens

  init(_ scorer: any TokenScorer, _ tokens: PartTokens) {
    self.scorer = scorer
    self.tokens = tokens
  }

  /// Computes the probability of each scored token of items, in the mixture's tokens.
  mutating func probs(_ items: inout PrefixForest) -> [Double] {
    if tokens.isWhole { return scorer.tokenLosses(&items).map { exp(-$0) } }
    // The part reads what comes before a character that it does not know.
    var known = PrefixForest()
    for item in 0..<items.itemCount {
      known.append(inPart(items.targets(ofItem: item).dropLast()))
    }
    let losses = scorer.tokenLosses(&known)
    var probs = [Double](repeating: 0, count: items.tokenCount)
    for item in 0..<items.itemCount {
      let (to, from) = (items.range(ofItem: item), known.range(ofItem: item))
      // What closes a cut item is not its end.
      let count = from.count == to.count ? from.count : from.count - 1
      for offset in 0..<count {
        probs[to.lowerBound + offset] = exp(-losses[from.lowerBound + offset])
      }
    }
    return probs
  }

  private func inPart(_ item: ArraySlice<Int32>) -> [Int32] {
    var known: [Int32] = []
    for token in item {
      let token = tokens.inPart[Int(token)]
      if token < 0 { break }
      known.append(token)
    }
    return known
  }
}
