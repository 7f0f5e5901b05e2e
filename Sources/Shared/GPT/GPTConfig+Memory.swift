// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension GPTConfig {
  /// Estimates the memory that training takes, in bytes.
  ///
  ///     4 * (6 P + nodes * (L (24 C + 2 NH T) + 8 C + V)),  rows rounded up to odd cache lines
  ///
  /// P, the number of parameters, counts six times: the parameters, their gradients, two moments of
  /// AdamW, and two packed copies of the weights. A node has a row in every activation, and at most
  /// T ancestors. A Double, so that no size overflows.
  ///
  /// - Parameter nodes: The largest number of nodes of a batch; without sharing, its inputs.
  /// - Returns: Bytes.
  public func trainingMemory(nodes: Int) -> Double {
    4 * (6 * parameters + Double(nodes) * floatsPerNode)
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
    let probs = Double(nHead) * Double(blockSize) + 8
    let forward = 5 * row(C) + row(3 * C) + 2 * row(4 * C) + probs + 4
    let backward = 5 * row(C) + row(3 * C) + probs
    let top = 4 * row(C) + row(Double(vocabSize)) + row(4 * C)
    return Double(nLayer) * (forward + backward) + top
  }
}
