@testable import Shared

/// Kneser-Ney and Witten-Bell by their definitions, from sequences in dictionaries.
///
/// Written without a look at the trie: a sequence is an array of tokens, an item's opening boundary
/// is one -1, its closing one 0.
struct SlowSmoothing {
  let order: Int
  let vocabSize: Int
  let isKneserNey: Bool

  /// How often each sequence of 1 to `order` tokens occurs; -1 can only be its first.
  private var raw: [[Int]: Int] = [:]

  /// The counts that probabilities are made of.
  private var counts: [[Int]: Int] = [:]

  /// The tokens that follow each sequence.
  private var followers: [[Int]: [Int]] = [:]

  init(_ items: [[Int]], order: Int, vocabSize: Int, isKneserNey: Bool) {
    self.order = order
    self.vocabSize = vocabSize
    self.isKneserNey = isKneserNey
    for item in items {
      let tokens = [-1] + item + [0]
      for end in 1..<tokens.count {
        for start in max(0, end - order + 1)...end {
          raw[Array(tokens[start...end]), default: 0] += 1
        }
      }
    }
    if isKneserNey {
      var before: [[Int]: Set<Int>] = [:]
      for sequence in raw.keys where sequence.count > 1 {
        before[Array(sequence.dropFirst()), default: []].insert(sequence[0])
      }
      for (sequence, count) in raw {
        let isWhole = sequence.count == order || sequence[0] == -1
        counts[sequence] = isWhole ? count : before[sequence]!.count
      }
    } else {
      counts = raw
    }
    for sequence in raw.keys {
      followers[Array(sequence.dropLast()), default: []].append(sequence.last!)
    }
  }

  func discounts(_ length: Int) -> [Double] {
    let n = (0...4).map { j in
      Double(counts.count { $0.key.count == length && $0.value == j })
    }
    let Y = n[1] / (n[1] + 2 * n[2])
    let D = [1 - 2 * Y * n[2] / n[1], 2 - 3 * Y * n[3] / n[2], 3 - 4 * Y * n[4] / n[3]]
    for (j, d) in D.enumerated() where !(n[j + 1] > 0 && d >= 0 && d <= Double(j + 1)) {
      return [0.5, 1, 1.5]
    }
    return n[1...3].contains(0) ? [0.5, 1, 1.5] : D
  }

  func prob(_ token: Int, after context: [Int]) -> Double {
    let lower =
      context.isEmpty ? 1 / Double(vocabSize) : prob(token, after: Array(context.dropFirst()))
    guard let followers = followers[context] else { return lower }
    let own = followers.map { counts[context + [$0]]! }
    let total = Double(own.reduce(0, +))
    let count = counts[context + [token]] ?? 0
    if !isKneserNey {
      let kinds = Double(followers.count)
      return (Double(count) + kinds * lower) / (total + kinds)
    }
    let D = discounts(context.count + 1)
    func discount(_ count: Int) -> Double { count == 0 ? 0 : D[min(count, 3) - 1] }
    let mass = own.reduce(0) { $0 + discount($1) }
    return (Double(count) - discount(count)) / total + mass / total * lower
  }

  /// The negative log-likelihoods of an item's tokens.
  func nll(_ item: [Int]) -> [Double] {
    let tokens = [-1] + item + [0]
    return (1..<tokens.count).map { end in
      -log(prob(tokens[end], after: Array(tokens[max(0, end - order + 1)..<end])))
    }
  }
}
