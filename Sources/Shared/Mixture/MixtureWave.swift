/// Items that are drawn together from a mixture: a node is what each part has read.
struct MixtureWave: ItemWave {
  private var parts: [any ItemWave]
  private let tokens: [PartTokens]
  private let weights: [Double]

  /// The node of each item.
  private var nodes: [Int32] = []

  /// For each node that of each part, or -1 for a part that met a character that it does not know.
  private var nodesOfParts: [[Int]] = []

  init(_ parts: [any ItemWave], _ tokens: [PartTokens], _ weights: [Double]) {
    self.parts = parts
    self.tokens = tokens
    self.weights = weights
  }

  var maximumCount: Int { parts.map(\.maximumCount).min() ?? .max }

  mutating func begin(_ count: Int, prompt: [Int32]) {
    nodes = Array(repeating: 0, count: count)
    nodesOfParts = [[]]
    for part in parts.indices {
      let known = prompt.map { tokens[part].inPart[Int($0)] }
      if known.contains(-1) || weights[part] == 0 {
        nodesOfParts[0].append(-1)
      } else {
        parts[part].begin(count, prompt: known)
        nodesOfParts[0].append(parts[part].node(ofItem: 0))
      }
    }
  }

  mutating func read(_ readings: [Reading]) {
    let before = nodesOfParts
    for part in parts.indices {
      parts[part].read(
        readings.compactMap { reading in
          let token = tokens[part].inPart[Int(reading.token)]
          guard token >= 0, before[Int(nodes[reading.item])][part] >= 0 else { return nil }
          return Reading(item: reading.item, token: token)
        })
    }
    nodesOfParts.removeAll(keepingCapacity: true)
    var children = Children()
    for reading in readings {
      let parent = nodes[reading.item]
      nodes[reading.item] = children.node(after: parent, reading.token) {
        nodesOfParts.append(
          parts.indices.map { part in
            let knows = tokens[part].inPart[Int(reading.token)] >= 0
            return knows && before[Int(parent)][part] >= 0
              ? parts[part].node(ofItem: reading.item) : -1
          })
        return Int32(nodesOfParts.count - 1)
      }
    }
  }

  func node(ofItem item: Int) -> Int { Int(nodes[item]) }

  func logits(ofNode node: Int) -> [Double] { probs(ofNode: node).map { log($0) } }

  func probs(ofNode node: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: tokens.first?.inPart.count ?? 0)
    for (part, partNode) in nodesOfParts[node].enumerated() where partNode >= 0 {
      for (token, prob) in parts[part].probs(ofNode: partNode).enumerated() {
        sums[tokens[part].inMixture[token]] += weights[part] * prob
      }
    }
    return sums
  }

  /// No part has a probability for any token.
  func failure(after tokens: [Int32]) -> DataError {
    DataError(
      "no model of the mixture has a distribution there; "
        + "mm-fit --mix with --smooth kn gives every token a chance")
  }
}
