// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The sum of a token's and a position's embedding; PyTorch's `nn.Embedding`, twice.
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
    out: Matrix, wte: Matrix, wpe: Matrix, tokens: UnsafePointer<Int32>,
    positions: UnsafePointer<Int32>, rows: Range<Int>
  ) {
    let C = out.columns
    assert(out.holds(rows: rows, columns: C) && wte.columns == C && wpe.columns == C)
    for row in rows {
      assert(tokens[row] >= 0 && tokens[row] < wte.rows && positions[row] < wpe.rows)
      let token = wte.row(Int(tokens[row]))
      let position = wpe.row(Int(positions[row]))
      let y = out.row(row)
      for c in 0..<C { y[c] = token[c] + position[c] }
    }
  }

  /// Sums the gradients of the rows that share an embedding, in rising order.
  ///
  ///     dTable[index of i] += dOut[i]
  ///
  /// - Parameters:
  ///   - dTable: (entries, C), without padding.
  ///   - dOut: (rows, C).
  ///   - indices: The embedding of each row.
  ///   - rows: How many rows there are.
  ///   - adding: Whether the sums are added to what is there.
  static func backward(
    dTable: Matrix, dOut: Matrix, indices: UnsafePointer<Int32>, rows: Int, adding: Bool
  ) {
    let C = dOut.columns
    assert(dOut.holds(rows: 0..<rows, columns: dTable.columns) && dTable.stride == C)
    if !adding { dTable.start.update(repeating: 0, count: dTable.rows &* C) }
    for row in 0..<rows {
      assert(indices[row] >= 0 && indices[row] < dTable.rows)
      let entry = dTable.row(Int(indices[row]))
      let dy = dOut.row(row)
      for c in 0..<C { entry[c] += dy[c] }
    }
  }
}
