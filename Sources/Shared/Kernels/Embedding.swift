// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The sum of a token's and a position's embedding.
///
///     out[i] = wte[token of i] + wpe[position of i]
enum Embedding {
  /// Embeds nodes.
  ///
  /// - Parameters:
  ///   - out: (nodes, C).
  ///   - wte: (V, C).
  ///   - wpe: (T, C).
  ///   - tokens: The token of each node.
  ///   - positions: The position of each node.
  ///   - rows: The nodes to compute.
  static func forward(
    out: Matrix, wte: UnsafePointer<Float>, wpe: UnsafePointer<Float>,
    tokens: UnsafePointer<Int32>, positions: UnsafePointer<Int32>, rows: Range<Int>
  ) {
    let C = out.columns
    for row in rows {
      let token = wte + Int(tokens[row]) &* C
      let position = wpe + Int(positions[row]) &* C
      let y = out.row(row)
      for c in 0..<C { y[c] = token[c] + position[c] }
    }
  }

  /// Sums the gradients of the rows that share an embedding, in rising order.
  ///
  ///     dTable[index of i] += dOut[i]
  ///
  /// - Parameters:
  ///   - dTable: (entries, C).
  ///   - entries: How many embeddings there are.
  ///   - dOut: (rows, C).
  ///   - indices: The embedding of each row.
  ///   - rows: How many rows there are.
  ///   - adding: Whether the sums are added to what stands there.
  static func backward(
    dTable: UnsafeMutablePointer<Float>, entries: Int, dOut: Matrix,
    indices: UnsafePointer<Int32>, rows: Int, adding: Bool
  ) {
    let C = dOut.columns
    if !adding { dTable.update(repeating: 0, count: entries &* C) }
    for row in 0..<rows {
      let entry = dTable + Int(indices[row]) &* C
      let dy = dOut.row(row)
      for c in 0..<C { entry[c] += dy[c] }
    }
  }
}
