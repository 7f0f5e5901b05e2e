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
/// The probabilities of a node with a path of n nodes are n rows of `NH`, followed by room for seven
/// floats that mean nothing. Heads lie side by side because their number is the same for all nodes,
/// and paths are short: branches at the end of each head's part of a path would go wrong often.
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
      let p = probs + place(row)
      dots(p, qkv.row(row), path, qkv, column: C, scale: scale)
      softmax(p, n: n)
      weightedSums(out.row(row), UnsafePointer(p), path, qkv, column: 2 &* C)
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
      let start = place(row)
      dots(dScores + start, dOut.row(row), path, qkv, column: 2 &* C, scale: 1)
      for h in 0..<NH {
        let p = probs + (start &+ h)
        let ds = dScores + (start &+ h)
        var mean: Float = 0
        for d in 0..<n { mean += p[d &* NH] * ds[d &* NH] }
        for d in 0..<n { ds[d &* NH] = p[d &* NH] * (ds[d &* NH] - mean) * scale }
      }
      weightedSums(dQKV.row(row), UnsafePointer(dScores + start), path, qkv, column: C)
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
    for row in rows {
      let depth = Int(tree.positions[row])
      let end = Int(tree.subtreeEnds[row])
      let dk = dQKV.row(row) + C
      let dv = dk + C
      var c = 0
      while H & 7 == 0 && c < C {
        // Two vectors of each at a time, so that four sums are under way.
        let two = c &+ 8 < C
        let next = two ? c &+ 8 : c
        let (h0, h1) = (c / H, next / H)
        var (k0, k1, v0, v1) = (Vector(), Vector(), Vector(), Vector())
        for i in row..<end {
          let first = place(i) &+ depth &* NH
          let (q, dy) = (qkv.row(i), dOut.row(i))
          k0.addProduct(q.vector(c), dScores[first &+ h0])
          v0.addProduct(dy.vector(c), probs[first &+ h0])
          k1.addProduct(q.vector(next), dScores[first &+ h1])
          v1.addProduct(dy.vector(next), probs[first &+ h1])
        }
        dk.store(k0, c)
        dv.store(v0, c)
        dk.store(k1, next)
        dv.store(v1, next)
        c &+= 16
      }
      while c < C {
        var (k, v) = (Float(0), Float(0))
        for i in row..<end {
          let from = place(i) &+ depth &* NH &+ c / H
          k.addProduct(qkv.row(i)[c], dScores[from])
          v.addProduct(dOut.row(i)[c], probs[from])
        }
        dk[c] = k
        dv[c] = v
        c &+= 1
      }
    }
  }

  /// The sums of the rows of a path, each head's part with weights of its own.
  ///
  ///     out[c] = sum over d of weights[d][c / H] * rows[path[d]][column + c], in rising order
  @inline(__always)
  private func weightedSums(
    _ out: UnsafeMutablePointer<Float>, _ weights: UnsafePointer<Float>,
    _ path: UnsafeBufferPointer<Int32>, _ rows: Matrix, column: Int
  ) {
    let H = C / NH
    let n = path.count
    var c = 0
    while H & 7 == 0 && c &+ 32 <= C {
      // Four vectors at a time, so that four sums are under way.
      let (w0, w1) = (weights + c / H, weights + (c &+ 8) / H)
      let (w2, w3) = (weights + (c &+ 16) / H, weights + (c &+ 24) / H)
      var (s0, s1, s2, s3) = (Vector(), Vector(), Vector(), Vector())
      for d in 0..<n {
        let row = rows.row(Int(path[d])) + (column &+ c)
        s0.addProduct(row.vector(0), w0[d &* NH])
        s1.addProduct(row.vector(8), w1[d &* NH])
        s2.addProduct(row.vector(16), w2[d &* NH])
        s3.addProduct(row.vector(24), w3[d &* NH])
      }
      out.store(s0, c)
      out.store(s1, c &+ 8)
      out.store(s2, c &+ 16)
      out.store(s3, c &+ 24)
      c &+= 32
    }
    while H & 7 == 0 && c < C {
      let w = weights + c / H
      var sum = Vector()
      for d in 0..<n { sum.addProduct(rows.row(Int(path[d])).vector(column &+ c), w[d &* NH]) }
      out.store(sum, c)
      c &+= 8
    }
    while c < C {
      let w = weights + c / H
      var sum: Float = 0
      for d in 0..<n { sum.addProduct(rows.row(Int(path[d]))[column &+ c], w[d &* NH]) }
      out[c] = sum
      c &+= 1
    }
  }

  /// How many floats the probabilities of a tree take.
  static func count(NH: Int, nodes: Int, pairs: Int) -> Int { NH * pairs + 8 * nodes }

  /// Where the probabilities of a node begin.
  @inline(__always)
  private func place(_ node: Int) -> Int { NH &* tree.pathStart[node] &+ 8 &* node }

  /// The inner products of each head's part of a row with those of the rows of a path.
  ///
  ///     out[d][h] = scale * sum over c of row[h H + c] * rows[path[d]][column + h H + c]
  ///
  /// Where H is a multiple of 8, eight products at a time, because a vector's lanes are added up most
  /// cheaply along with seven others: 21 instructions for all eight instead of 7 for each.
  private func dots(
    _ out: UnsafeMutablePointer<Float>, _ row: UnsafeMutablePointer<Float>,
    _ path: UnsafeBufferPointer<Int32>, _ rows: Matrix, column: Int, scale: Float
  ) {
    let H = C / NH
    guard H & 7 == 0 else {
      for h in 0..<NH {
        for d in 0..<path.count {
          let (a, b) = (row + h &* H, rows.row(Int(path[d])) + (column &+ h &* H))
          var sum: Float = 0
          for c in 0..<H { sum.addProduct(a[c], b[c]) }
          out[d &* NH &+ h] = sum * scale
        }
      }
      return
    }
    let count = NH &* path.count
    var (start, d) = (0, 0)
    /// The next head, then the next ancestor; behind the last one the last one again.
    func next() -> Vector {
      let a = row + start
      let b = rows.row(Int(path[d])) + (column &+ start)
      start &+= H
      if start == C {
        start = 0
        d = min(d &+ 1, path.count &- 1)
      }
      var sums = a.vector(0) * b.vector(0)
      var c = 8
      while c < H {
        sums.addProduct(a.vector(c), b.vector(c))
        c &+= 8
      }
      return sums
    }
    var i = 0
    while i < count {
      let (a, b, c, d) = (next(), next(), next(), next())
      let (e, f, g, h) = (next(), next(), next(), next())
      let sums = Attention.totals(Attention.pairs(a, b, c, d), Attention.pairs(e, f, g, h))
      out.store(sums * scale, i)
      i &+= 8
    }
  }

  /// Four vectors' lanes added up to two each.
  @inline(__always)
  private static func pairs(_ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector) -> Vector {
    let (ab, cd) = (SIMD16(lowHalf: a, highHalf: b), SIMD16(lowHalf: c, highHalf: d))
    let sums = SIMD16(lowHalf: ab.evenHalf + ab.oddHalf, highHalf: cd.evenHalf + cd.oddHalf)
    return sums.evenHalf + sums.oddHalf
  }

  /// Eight vectors' two lanes added up to one each.
  @inline(__always)
  private static func totals(_ a: Vector, _ b: Vector) -> Vector {
    let sums = SIMD16(lowHalf: a, highHalf: b)
    return sums.evenHalf + sums.oddHalf
  }

  /// Turns each head's scores into probabilities, of which there are `n`.
  @inline(__always)
  private func softmax(_ p: UnsafeMutablePointer<Float>, n: Int) {
    for h in 0..<NH {
      let x = p + h
      var largest = x[0]
      for d in 1..<n { largest = x[d &* NH] > largest ? x[d &* NH] : largest }
      for d in 0..<n { x[d &* NH] -= largest }
    }
    for i in stride(from: 0, to: NH &* n, by: 8) {
      p.store(VectorMath.exp(p.vector(i)), i)
    }
    for h in 0..<NH {
      let x = p + h
      var sum: Float = 0
      for d in 0..<n { sum += x[d &* NH] }
      let inverse = 1 / sum
      for d in 0..<n { x[d &* NH] *= inverse }
    }
  }
}
