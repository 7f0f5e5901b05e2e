// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension Attention {
  /// The sums over the descendants of nodes that are the gradients of their keys and values.
  ///
  ///     dk[j] = sum over i of ds[i][depth of j] q[i],  dv[j] = sum over i of p[i][depth of j] dOut[i]
  ///
  /// Each head's columns are cut into windows of sixteen; the last may have fewer.
  struct Descendants {
    let attention: Attention
    let dk: Matrix
    let dv: Matrix
    let q: Matrix
    let dOut: Matrix
    let probs: Matrix
    let dScores: Matrix

    /// Where the columns of a window are, and the scores of its head.
    private struct Window {
      let column: Int
      let count: Int
      let scores: Int
    }

    /// How many windows there are.
    private var windows: Int { attention.NH &* windowsPerHead }

    private var windowsPerHead: Int { (attention.H &+ 15) / 16 }

    @inline(__always)
    private func window(_ index: Int) -> Window {
      let (h, c) = (index / windowsPerHead, index % windowsPerHead &* 16)
      return Window(
        column: h &* attention.H &+ c, count: min(16, attention.H &- c),
        scores: h &* attention.scoresPerHead)
    }

    /// Adds the contributions of some descendants to the gradients of a node.
    ///
    /// Two windows of keys and values at a time, so that four sums are under way.
    ///
    /// - Parameter isFirst: Whether the sums start at zero, and not at what is there.
    func add(to node: Int, from rows: Range<Int>, isFirst: Bool) {
      assert(rows.lowerBound >= node && rows.upperBound <= Int(attention.tree.subtreeEnds[node]))
      if rows.isEmpty && !isFirst { return }
      let depth = Int(attention.tree.positions[node])
      for index in stride(from: 0, to: windows, by: 2) {
        // In place of a missing window the last one is computed again.
        let (a, b) = (window(index), window(min(index &+ 1, windows &- 1)))
        var (k0, k1) = (WideVector(), WideVector())
        var (v0, v1) = (WideVector(), WideVector())
        if !isFirst {
          k0 = (dk.row(node) + a.column).wideVector(0, count: a.count)
          k1 = (dk.row(node) + b.column).wideVector(0, count: b.count)
          v0 = (dv.row(node) + a.column).wideVector(0, count: a.count)
          v1 = (dv.row(node) + b.column).wideVector(0, count: b.count)
        }
        var query = UnsafePointer(q.row(rows.lowerBound))
        var gradient = UnsafePointer(dOut.row(rows.lowerBound))
        var p = UnsafePointer(probs.row(rows.lowerBound)) + depth
        var ds = UnsafePointer(dScores.row(rows.lowerBound)) + depth
        for _ in rows {
          k0.addProduct(query.wideVector(a.column), ds[a.scores])
          v0.addProduct(gradient.wideVector(a.column), p[a.scores])
          k1.addProduct(query.wideVector(b.column), ds[b.scores])
          v1.addProduct(gradient.wideVector(b.column), p[b.scores])
          query += q.stride
          gradient += dOut.stride
          p += probs.stride
          ds += dScores.stride
        }
        dk.row(node).store(k0, a.column, count: a.count)
        dv.row(node).store(v0, a.column, count: a.count)
        dk.row(node).store(k1, b.column, count: b.count)
        dv.row(node).store(v1, b.column, count: b.count)
      }
    }

    /// Adds the contributions of common descendants to the gradients of the nodes of a chain, tile by
    /// tile.
    func add(toChain nodes: ClosedRange<Int>, from rows: Range<Int>) {
      assert(nodes.count <= MatrixProduct.tileRows && rows.lowerBound >= nodes.upperBound)
      for index in 0..<windows {
        let window = window(index)
        add(to: dk, nodes, weights: dScores, values: q, window, rows)
        add(to: dv, nodes, weights: probs, values: dOut, window, rows)
      }
    }

    @inline(__always)
    private func add(
      to sums: Matrix, _ nodes: ClosedRange<Int>, weights: Matrix, values: Matrix,
      _ window: Window, _ rows: Range<Int>
    ) {
      let depth = Int(attention.tree.positions[nodes.lowerBound])
      let place = sums.row(nodes.lowerBound) + window.column
      var tile = MatrixProduct.Tile.partial(
        place, stride: sums.stride, rows: nodes.count, columns: window.count)
      var left = UnsafePointer(weights.row(rows.lowerBound)) + (window.scores &+ depth)
      var right = UnsafePointer(values.row(rows.lowerBound)) + window.column
      for _ in rows {
        tile.addProduct(right, apart: 0, left[0], left[1], left[2], left[3], left[4], left[5])
        left += weights.stride
        right += values.stride
      }
      tile.store(place, stride: sums.stride, rows: nodes.count, columns: window.count)
    }
  }
}
