// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// Causal multi-head attention over the ancestors in a tree.
///
/// Vaswani and others 2017, section 3.2; PyTorch's `scaled_dot_product_attention`.
///
/// Node i attends to the nodes on its path, from the root down to itself. With q, k, v the thirds
/// of a row of `qkv`, for each head of size H:
///
///     score[d] = q[i] . k[path[d]] / sqrt(H),  p = softmax(score),  out[i] = sum of p[d] v[path[d]]
///
/// The nodes of a chain, each the parent of the next, have paths that are prefixes of the last node's
/// path. So a chain's rows times the path's keys is a matrix product, and so are three of the other
/// five products; keys and values are gathered for them into packed panels. The last two, in
/// `backwardKeysAndValues`, sum over descendants. Short paths are computed node by node, see
/// `forwardShort`. The result of a node depends on its path alone, to the last bit.
///
/// On one core of an AMD EPYC (Zen 4) whose peak was 118 GFLOP/s in the same run, in GFLOP/s forward,
/// backward to the queries, and backward to the keys and values, each four per channel and pair:
///
///     4 heads of 16, names (paths of 5)     13   16   16
///     4 heads of 16, 64 tokens              29   40   49
///     4 heads of 16, 256 tokens             44   60   74
///     6 heads of 64, 256 tokens             67   71   73
///     4 heads of 12, 256 tokens             32   44   51
struct Attention {
  /// The number of heads.
  let NH: Int

  /// The number of channels, a multiple of `NH`.
  let C: Int

  /// The tree.
  let tree: TreePaths

  /// How many scores of a head a row has room for: whole tiles.
  let scoresPerHead: Int

  /// The number of channels of a head.
  let H: Int

  /// What the scores are multiplied by.
  let scale: Float

  /// Prepares to attend in a tree.
  ///
  /// - Parameter longest: The length of the longest path that the scores have room for.
  init(NH: Int, C: Int, tree: TreePaths, longest: Int) {
    assert(NH > 0 && C % NH == 0)
    self.NH = NH
    self.C = C
    self.tree = tree
    H = C / NH
    scale = 1 / Float(H).squareRoot()
    scoresPerHead = Self.scoresPerHead(longest: longest)
  }

  /// How many floats the scores of a head take, for paths of at most `longest` nodes: whole tiles.
  static func scoresPerHead(longest: Int) -> Int {
    PackedMatrix.panels(columns: longest) * PackedMatrix.width
  }

  /// Computes what nodes attend to.
  ///
  /// - Parameters:
  ///   - out: (nodes, C).
  ///   - probs: (nodes, NH, scores per head), saved for the backward pass. After the end of a node's
  ///     own path it is zero up to the length of its chain's.
  ///   - qkv: (nodes, 3C).
  ///   - rows: The nodes to compute.
  func forward(out: Matrix, probs: Matrix, qkv: Matrix, rows: Range<Int>) {
    assert(out.holds(rows: rows, columns: C) && qkv.holds(rows: rows, columns: 3 * C))
    assert(holdsScores(probs, rows))
    for row in rows where isShort(row) {
      forwardShort(out: out, probs: probs, qkv: qkv, row: row)
    }
    forEachChain(rows) { chain, path, packed in
      for h in 0..<NH {
        let p = scores(probs, h, longest: path.count)
        let keys = PackedMatrix(start: packed, rows: H, columns: p.columns)
        keys.gather(transposed: head(qkv, C, h), rows: path)
        MatrixProduct.multiply(out: p, a: head(qkv, 0, h), b: keys, rows: chain)
        for row in chain {
          Softmax.forward(p.row(row), count: length(row), columns: p.columns, scale: scale)
        }
        let values = PackedMatrix(start: packed, rows: path.count, columns: H)
        values.gather(head(qkv, 2 &* C, h), rows: path)
        MatrixProduct.multiply(
          out: head(out, 0, h), a: Matrix(p, from: 0, columns: path.count), b: values, rows: chain)
      }
    }
  }

  /// Computes the gradients of the scores and of the queries of nodes.
  ///
  /// Backward through `out = sum of p[d] v[path[d]]`, the softmax and `score = q . k * scale`:
  ///
  ///     dp[d] = dOut . v[path[d]],  ds[d] = p[d] * (dp[d] - sum of p * dp) * scale
  ///     dq = sum of ds[d] k[path[d]]
  ///
  /// - Parameters:
  ///   - dQKV: (nodes, 3C); the first third is written.
  ///   - dScores: (nodes, NH, scores per head).
  ///   - dOut: (nodes, C).
  ///   - probs: From the forward pass, for the same `rows`.
  ///   - qkv: (nodes, 3C).
  ///   - rows: The nodes to compute.
  func backwardQueries(
    dQKV: Matrix, dScores: Matrix, dOut: Matrix, probs: Matrix, qkv: Matrix, rows: Range<Int>
  ) {
    assert(dQKV.holds(rows: rows, columns: 3 * C) && qkv.holds(rows: rows, columns: 3 * C))
    assert(dOut.holds(rows: rows, columns: C))
    assert(holdsScores(probs, rows) && holdsScores(dScores, rows))
    for row in rows where isShort(row) {
      backwardQueryShort(
        dQKV: dQKV, dScores: dScores, dOut: dOut, probs: probs, qkv: qkv, row: row)
    }
    forEachChain(rows) { chain, path, packed in
      for h in 0..<NH {
        let p = scores(probs, h, longest: path.count)
        let ds = scores(dScores, h, longest: path.count)
        let values = PackedMatrix(start: packed, rows: H, columns: ds.columns)
        values.gather(transposed: head(qkv, 2 &* C, h), rows: path)
        MatrixProduct.multiply(out: ds, a: head(dOut, 0, h), b: values, rows: chain)
        for row in chain {
          Softmax.backward(ds.row(row), probs: p.row(row), columns: p.columns, scale: scale)
        }
        let keys = PackedMatrix(start: packed, rows: path.count, columns: H)
        keys.gather(head(qkv, C, h), rows: path)
        MatrixProduct.multiply(
          out: head(dQKV, 0, h), a: Matrix(ds, from: 0, columns: path.count), b: keys, rows: chain)
      }
    }
  }

  /// Collects the gradients of the keys and the values of nodes from their descendants.
  ///
  /// Node j, itself included, is attended to by the nodes of its subtree, which follow it:
  ///
  ///     dk[j] = sum over i of ds[i][depth of j] q[i],  dv[j] = sum over i of p[i][depth of j] dOut[i]
  ///
  /// in rising order of i.
  ///
  /// - Parameters:
  ///   - dQKV: (nodes, 3C); the second and third thirds are written.
  ///   - dScores: From `backwardQueries`, which must have computed the rows of all descendants.
  ///   - dOut: (nodes, C).
  ///   - probs: From the forward pass.
  ///   - qkv: (nodes, 3C).
  ///   - rows: The nodes to compute.
  func backwardKeysAndValues(
    dQKV: Matrix, dScores: Matrix, dOut: Matrix, probs: Matrix, qkv: Matrix, rows: Range<Int>
  ) {
    assert(dQKV.holds(rows: rows, columns: 3 * C) && qkv.holds(rows: rows, columns: 3 * C))
    assert(dOut.holds(rows: rows, columns: C))
    assert(holdsScores(probs, rows) && holdsScores(dScores, rows))
    let sums = Descendants(
      attention: self, dk: Matrix(dQKV, from: C, columns: C),
      dv: Matrix(dQKV, from: 2 &* C, columns: C), q: Matrix(qkv, from: 0, columns: C), dOut: dOut,
      probs: probs, dScores: dScores)
    var row = rows.lowerBound
    while row < rows.upperBound {
      // Up to six nodes of a chain, which share the descendants of the last one.
      var last = row
      let end = min(rows.upperBound, row &+ MatrixProduct.tileRows)
      while last &+ 1 < end && continues(last &+ 1) { last &+= 1 }
      let shared = last..<Int(tree.subtreeEnds[last])
      if last &- row >= 3 && shared.count >= 16 {
        for node in row...last { sums.add(to: node, from: node..<last, isFirst: true) }
        sums.add(toChain: row...last, from: shared)
        for node in row...last {
          let rest = shared.upperBound..<Int(tree.subtreeEnds[node])
          sums.add(to: node, from: rest, isFirst: false)
        }
      } else {
        for node in row...last {
          sums.add(to: node, from: node..<Int(tree.subtreeEnds[node]), isFirst: true)
        }
      }
      row = last &+ 1
    }
  }

  /// Calls `body` for each chain among the nodes whose path is not short, with its path and room to
  /// pack a head's keys or values of that path.
  private func forEachChain(
    _ rows: Range<Int>,
    _ body: (Range<Int>, UnsafeBufferPointer<Int32>, UnsafeMutablePointer<Float>) -> Void
  ) {
    var longest = 0
    for row in rows where !isShort(row) { longest = max(longest, length(row)) }
    if longest == 0 { return }
    let room = max(
      PackedMatrix.count(rows: H, columns: longest), PackedMatrix.count(rows: longest, columns: H))
    // Aligned, so that no vector crosses a cache line.
    withUnsafeTemporaryAllocation(byteCount: room &* 4, alignment: 64) {
      guard let packed = $0.bindMemory(to: Float.self).baseAddress else { return }
      var end = rows.lowerBound
      while end < rows.upperBound {
        let first = end
        end &+= 1
        if isShort(first) { continue }
        while end < rows.upperBound && continues(end) { end &+= 1 }
        body(first..<end, tree.path(end &- 1), packed)
      }
    }
  }

  /// How many nodes there are on the path of a node.
  @inline(__always)
  func length(_ node: Int) -> Int { Int(tree.positions[node]) &+ 1 }

  /// Whether the parent of a node is the node before it.
  @inline(__always)
  func continues(_ node: Int) -> Bool {
    let path = tree.path(node)
    return path.count > 1 && Int(path[path.count &- 2]) == node &- 1
  }

  /// A head's part of a third of a matrix.
  @inline(__always)
  private func head(_ matrix: Matrix, _ third: Int, _ h: Int) -> Matrix {
    Matrix(matrix, from: third &+ h &* H, columns: H)
  }

  /// Whether scores have these rows, and room for the paths of their nodes.
  private func holdsScores(_ scores: Matrix, _ rows: Range<Int>) -> Bool {
    scores.holds(rows: rows, columns: NH * scoresPerHead)
      && rows.allSatisfy { length($0) <= scoresPerHead }
  }

  /// A head's part of scores, whole tiles of it, for paths of at most `longest` nodes.
  @inline(__always)
  private func scores(_ scores: Matrix, _ h: Int, longest: Int) -> Matrix {
    Matrix(scores, from: h &* scoresPerHead, columns: Self.scoresPerHead(longest: longest))
  }
}
