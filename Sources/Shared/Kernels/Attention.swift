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
/// The probabilities of a node with a path of n nodes are `NH` rows of n, and begin at
/// `NH * pathStart[i]`.
struct Attention {
  /// The number of heads.
  let NH: Int

  /// The number of channels, a multiple of `NH`.
  let C: Int

  /// The tree.
  let tree: PrefixTree.Nodes

  /// Computes what nodes attend to.
  ///
  /// - Parameters:
  ///   - out: (nodes, C).
  ///   - probs: The probabilities, saved for the backward pass.
  ///   - qkv: (nodes, 3C).
  ///   - rows: The nodes to compute.
  func forward(out: Matrix, probs: UnsafeMutablePointer<Float>, qkv: Matrix, rows: Range<Int>) {
    let H = C / NH
    let scale = 1 / Float(H).squareRoot()
    for row in rows {
      let path = tree.path(row)
      let n = path.count
      let p = probs + NH &* tree.pathStart[row]
      for h in 0..<NH {
        let q = UnsafePointer(qkv.row(row)) + h &* H
        let ph = p + h &* n
        for d in 0..<n {
          let k = UnsafePointer(qkv.row(Int(path[d]))) + (C &+ h &* H)
          ph[d] = scale * Attention.dot(q, k, H)
        }
      }
      Attention.softmax(p, rows: NH, columns: n)
      for h in 0..<NH {
        let ph = UnsafePointer(p + h &* n)
        weightedSum(
          out.row(row) + h &* H, ph, path, qkv, column: 2 &* C &+ h &* H, H)
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
  ///   - dScores: Laid out as the probabilities are.
  ///   - dOut: (nodes, C).
  ///   - probs: From the forward pass.
  ///   - qkv: (nodes, 3C).
  ///   - rows: The nodes to compute.
  func backwardQueries(
    dQKV: Matrix, dScores: UnsafeMutablePointer<Float>, dOut: Matrix,
    probs: UnsafePointer<Float>, qkv: Matrix, rows: Range<Int>
  ) {
    let H = C / NH
    let scale = 1 / Float(H).squareRoot()
    for row in rows {
      let path = tree.path(row)
      let n = path.count
      let start = NH &* tree.pathStart[row]
      for h in 0..<NH {
        let dy = UnsafePointer(dOut.row(row)) + h &* H
        let p = probs + (start &+ h &* n)
        let ds = dScores + (start &+ h &* n)
        var mean: Float = 0
        for d in 0..<n {
          let v = UnsafePointer(qkv.row(Int(path[d]))) + (2 &* C &+ h &* H)
          let dp = Attention.dot(dy, v, H)
          ds[d] = dp
          mean.addProduct(p[d], dp)
        }
        for d in 0..<n { ds[d] = p[d] * (ds[d] - mean) * scale }
        weightedSum(dQKV.row(row) + h &* H, UnsafePointer(ds), path, qkv, column: C &+ h &* H, H)
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
  ///   - dQKV: (nodes, 3C); the second and last third are written.
  ///   - dScores: From `backwardQueries`, which must have computed all rows.
  ///   - dOut: (nodes, C).
  ///   - probs: From the forward pass.
  ///   - qkv: (nodes, 3C).
  ///   - rows: The nodes to compute.
  func backwardKeysAndValues(
    dQKV: Matrix, dScores: UnsafePointer<Float>, dOut: Matrix, probs: UnsafePointer<Float>,
    qkv: Matrix, rows: Range<Int>
  ) {
    let H = C / NH
    let whole = H & ~7
    for row in rows {
      let depth = Int(tree.positions[row])
      let end = Int(tree.subtreeEnds[row])
      for h in 0..<NH {
        let dk = dQKV.row(row) + (C &+ h &* H)
        let dv = dQKV.row(row) + (2 &* C &+ h &* H)
        for c in stride(from: 0, to: whole, by: 8) {
          var k = Vector()
          var v = Vector()
          for i in row..<end {
            let n = Int(tree.positions[i]) &+ 1
            let place = NH &* tree.pathStart[i] &+ h &* n &+ depth
            k.addProduct(qkv.row(i).vector(h &* H &+ c), dScores[place])
            v.addProduct(dOut.row(i).vector(h &* H &+ c), probs[place])
          }
          dk.store(k, c)
          dv.store(v, c)
        }
        for c in whole..<H {
          var k: Float = 0
          var v: Float = 0
          for i in row..<end {
            let n = Int(tree.positions[i]) &+ 1
            let place = NH &* tree.pathStart[i] &+ h &* n &+ depth
            k.addProduct(qkv.row(i)[h &* H &+ c], dScores[place])
            v.addProduct(dOut.row(i)[h &* H &+ c], probs[place])
          }
          dk[c] = k
          dv[c] = v
        }
      }
    }
  }

  /// The sum of `weights[d] * rows[path[d]]`, over H columns from `column` on, in rising order.
  @inline(__always)
  private func weightedSum(
    _ out: UnsafeMutablePointer<Float>, _ weights: UnsafePointer<Float>,
    _ path: UnsafeBufferPointer<Int32>, _ rows: Matrix, column: Int, _ H: Int
  ) {
    let whole = H & ~7
    for c in stride(from: 0, to: whole, by: 8) {
      var sum = Vector()
      for d in 0..<path.count {
        sum.addProduct(rows.row(Int(path[d])).vector(column &+ c), weights[d])
      }
      out.store(sum, c)
    }
    for c in whole..<H {
      var sum: Float = 0
      for d in 0..<path.count { sum.addProduct(rows.row(Int(path[d]))[column &+ c], weights[d]) }
      out[c] = sum
    }
  }

  /// The inner product: eight running sums, their total, then what is left one by one.
  @inline(__always)
  private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ H: Int) -> Float {
    let whole = H & ~7
    var sums = Vector()
    for c in stride(from: 0, to: whole, by: 8) { sums.addProduct(a.vector(c), b.vector(c)) }
    var sum = sums.total
    for c in whole..<H { sum.addProduct(a[c], b[c]) }
    return sum
  }

  /// Turns each row of scores into probabilities.
  @inline(__always)
  private static func softmax(_ p: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    for row in 0..<rows {
      let x = p + row &* columns
      var largest = x[0]
      for d in 1..<columns { largest = x[d] > largest ? x[d] : largest }
      for d in 0..<columns { x[d] -= largest }
    }
    let count = rows &* columns
    let whole = count & ~7
    for i in stride(from: 0, to: whole, by: 8) { p.store(VectorMath.exp(p.vector(i)), i) }
    if whole < count {
      var rest = Vector()
      for i in whole..<count { rest[i &- whole] = p[i] }
      rest = VectorMath.exp(rest)
      for i in whole..<count { p[i] = rest[i &- whole] }
    }
    for row in 0..<rows {
      let x = p + row &* columns
      var sum: Float = 0
      for d in 0..<columns { sum += x[d] }
      let inverse = 1 / sum
      for d in 0..<columns { x[d] *= inverse }
    }
  }
}
