/// Interpolated modified Kneser-Ney smoothing (Chen and Goodman 1998, section 4.1.6, with the counts
/// of Heafield and others 2013, section 3).
///
///     p(w | h) = (c(h w) - D(c(h w))) / c(h) + b(h) p(w | h')
///     b(h)     = (D1 N1(h) + D2 N2(h) + D3 N3(h)) / c(h)
///
/// At the highest order, and where an n-gram begins with the boundary, c is how often it was counted;
/// below, the number of distinct tokens that were seen before it. c(h) is the sum over all w, Nj(h)
/// the number of w with c(h w) = j, 3 and more being one. The discounts of an order are
///
///     Dj = j - (j + 1) Y n(j + 1) / n(j),    Y = n1 / (n1 + 2 n2)
///
/// with n(j) the number of its n-grams of c = j. Where n1, n2 or n3 is zero, or a discount leaves
/// [0, j], the order takes 0.5, 1 and 1.5, as `lmplz --discount_fallback` does. Letters always need
/// that: all unigrams are frequent.
struct KneserNey {
  /// D1, D2 and D3 of orders 1, 2, ...
  let discounts: [[Double]]

  /// The count of each node, in the method's sense.
  private let counts: [Double]

  /// Takes the counts and discounts from a trie.
  init(_ trie: NGramTrie) {
    var counts = trie.counts.map(Double.init)
    let boundaryEnds = trie.boundaryEnds
    for length in 1..<trie.order {
      // The boundary alone is a unigram like the others: it is the one that closes an item.
      let raw = length == 1 ? trie.levels[1] : boundaryEnds[length]
      for node in raw..<trie.levels[length + 1] { counts[node] = 0 }
      for node in trie.level(length + 1) { counts[Int(trie.links[node])] += 1 }
    }
    self.counts = counts
    discounts = (1...trie.order).map { Self.discounts(counts[trie.level($0)]) }
  }

  /// The discounts that the counts of an order ask for.
  static func discounts(_ counts: some Sequence<Double>) -> [Double] {
    var n = [0.0, 0, 0, 0, 0]
    for count in counts where count >= 1 && count <= 4 { n[Int(count)] += 1 }
    let Y = n[1] / (n[1] + 2 * n[2])
    let discounts = (1...3).map { Double($0) - Double($0 + 1) * Y * n[$0 + 1] / n[$0] }
    let isUsable =
      n[1...3].allSatisfy { $0 > 0 }
      && zip(discounts, 1...3).allSatisfy { $0 >= 0 && $0 <= Double($1) }
    return isUsable ? discounts : [0.5, 1, 1.5]
  }

  /// The probability of each node and b of each context.
  ///
  /// - Throws: `DataError` when a context was never counted that begins a longer one: that of rows
  ///   of which some are missing.
  func probs(
    of trie: NGramTrie
  ) throws(DataError) -> (nodes: [Double], backoffs: [Double]) {
    var probs = [Double](repeating: 1 / Double(trie.vocabulary.count), count: trie.count)
    var backoffs = [Double](repeating: 1, count: trie.levels[trie.order])
    for length in 0..<trie.order {
      let D = [0] + discounts[length]
      for context in trie.level(length) {
        let children = trie.children(context)
        if children.isEmpty { continue }
        var sum = 0.0
        var discounted = 0.0
        for child in children {
          sum += counts[child]
          discounted += D[Int(min(3, counts[child]))]
        }
        if sum == 0 {
          throw DataError(
            "no count follows '\(trie.label(context))', which longer n-grams have: rows are missing"
          )
        }
        let backoff = discounted / sum
        backoffs[context] = backoff
        for child in children {
          let rest = counts[child] - D[Int(min(3, counts[child]))]
          probs[child] = rest / sum + backoff * probs[Int(trie.links[child])]
        }
      }
    }
    return (probs, backoffs)
  }
}

/// Interpolated Witten-Bell smoothing (Witten and Bell 1991, method C; Chen and Goodman 1998,
/// section 2.5).
///
///     p(w | h) = (c(h w) + T(h) p(w | h')) / (c(h) + T(h))
///
/// c is how often an n-gram was counted, at every order, c(h) the sum over all w, and T(h) the number
/// of distinct tokens that were seen after h.
enum WittenBell {
  /// The probability of each node and b of each context.
  static func probs(of trie: NGramTrie) -> (nodes: [Double], backoffs: [Double]) {
    var counts = trie.counts.map(Double.init)
    for length in (2...trie.order).reversed() {
      for node in trie.level(length) { counts[Int(trie.links[node])] += counts[node] }
    }
    var probs = [Double](repeating: 1 / Double(trie.vocabulary.count), count: trie.count)
    var backoffs = [Double](repeating: 1, count: trie.levels[trie.order])
    for context in 0..<trie.levels[trie.order] {
      let children = trie.children(context)
      if children.isEmpty { continue }
      let kinds = Double(children.count)
      let total = children.reduce(kinds) { $0 + counts[$1] }
      backoffs[context] = kinds / total
      for child in children {
        probs[child] = (counts[child] + kinds * probs[Int(trie.links[child])]) / total
      }
    }
    return (probs, backoffs)
  }
}
