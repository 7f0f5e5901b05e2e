// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension GPTConfig {
  /// Estimates the memory that training takes, in bytes.
  ///
  ///     4 * ((5 + G) P + N (L (24 C + 2 NH T) + 8 C + V)),  rows rounded up to odd cache lines
  ///
  /// P, the number of parameters, counts for the parameters, two moments of AdamW, two packed copies
  /// of the weights, and a gradient for each of G lanes. N nodes are in the trees that are under way
  /// at the same time; a node has a row in every activation, and at most T ancestors. A Double, so
  /// that no size overflows.
  ///
  /// - Parameters:
  ///   - nodes: The largest number of nodes of a batch; without sharing, its inputs.
  ///   - longest: The largest number of nodes of a window: by so many a tree may be too large.
  ///   - threads: How many threads compute.
  /// - Returns: Bytes.
  public func trainingMemory(nodes: Int, longest: Int, threads: Int) -> Double {
    let lanes = PrefixForest.laneCount(trees: (nodes - 1) / treeSize + 1)
    let underWay = Double(min(threads, lanes)) * (Double(treeSize) + Double(longest))
    return 4 * ((5 + Double(lanes)) * parameters + min(Double(nodes), underWay) * floatsPerNode)
  }

  /// The number of parameters, whether it overflows or not.
  private var parameters: Double {
    let (C, V) = (Double(nEmbd), Double(vocabSize))
    return 2 * V * C + Double(blockSize) * C + Double(nLayer) * (12 * C * C + 13 * C) + 2 * C
  }

  private var floatsPerNode: Double {
    /// A row of so many floats, an odd number of cache lines.
    func row(_ columns: Double) -> Double {
      let lines = (columns / 16).rounded(.up)
      return 16 * (lines.truncatingRemainder(dividingBy: 2) == 0 ? lines + 1 : lines)
    }
    let C = Double(nEmbd)
    let scores = row(Double(nHead) * 16 * (Double(blockSize) / 16).rounded(.up))
    let forward = 5 * row(C) + row(3 * C) + 2 * row(4 * C) + scores + 4
    let backward = 5 * row(C) + row(3 * C) + scores
    let top = 4 * row(C) + row(Double(vocabSize)) + row(4 * C)
    return Double(nLayer) * (forward + backward) + top
  }
}
