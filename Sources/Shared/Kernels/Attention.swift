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
/// The probabilities of a node with a path of n nodes are `NH` rows of n, followed by room for seven
/// floats that mean nothing.
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
      softmax(p, columns: n)
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
        let p = probs + (start &+ h &* n)
        let ds = dScores + (start &+ h &* n)
        var mean: Float = 0
        for d in 0..<n { mean += p[d] * ds[d] }
        for d in 0..<n { ds[d] = p[d] * (ds[d] - mean) * scale }
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
      while H & 15 == 0 && c &+ 32 <= C {
        // Two wide vectors of each at a time, so that four sums are under way.
        let (h0, h1) = (c / H, (c &+ 16) / H)
        var (k0, k1) = (WideVector(), WideVector())
        var (v0, v1) = (WideVector(), WideVector())
        for i in row..<end {
          let first = place(i) &+ depth
          let n = Int(tree.positions[i]) &+ 1
          let (q, dy) = (qkv.row(i) + c, dOut.row(i) + c)
          k0.addProduct(q.wideVector(0), dScores[first &+ h0 &* n])
          v0.addProduct(dy.wideVector(0), probs[first &+ h0 &* n])
          k1.addProduct(q.wideVector(16), dScores[first &+ h1 &* n])
          v1.addProduct(dy.wideVector(16), probs[first &+ h1 &* n])
        }
        dk.store(k0, c)
        dv.store(v0, c)
        dk.store(k1, c &+ 16)
        dv.store(v1, c &+ 16)
        c &+= 32
      }
      while H & 7 == 0 && c < C {
        // The same with vectors of eight.
        let two = c &+ 8 < C
        let next = two ? c &+ 8 : c
        let (h0, h1) = (c / H, next / H)
        var (k0, k1, v0, v1) = (Vector(), Vector(), Vector(), Vector())
        for i in row..<end {
          let first = place(i) &+ depth
          let n = Int(tree.positions[i]) &+ 1
          let (q, dy) = (qkv.row(i), dOut.row(i))
          k0.addProduct(q.vector(c), dScores[first &+ h0 &* n])
          v0.addProduct(dy.vector(c), probs[first &+ h0 &* n])
          k1.addProduct(q.vector(next), dScores[first &+ h1 &* n])
          v1.addProduct(dy.vector(next), probs[first &+ h1 &* n])
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
          let from = place(i) &+ depth &+ c / H &* (Int(tree.positions[i]) &+ 1)
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
  ///     out[c] = sum over d of weights[c / H][d] * rows[path[d]][column + c], in rising order
  @inline(__always)
  private func weightedSums(
    _ out: UnsafeMutablePointer<Float>, _ weights: UnsafePointer<Float>,
    _ path: UnsafeBufferPointer<Int32>, _ rows: Matrix, column: Int
  ) {
    let H = C / NH
    let n = path.count
    var c = 0
    while H & 15 == 0 && c &+ 64 <= C {
      // Four wide vectors at a time, so that four sums are under way.
      let (w0, w1) = (weights + c / H &* n, weights + (c &+ 16) / H &* n)
      let (w2, w3) = (weights + (c &+ 32) / H &* n, weights + (c &+ 48) / H &* n)
      var (s0, s1, s2, s3) = (WideVector(), WideVector(), WideVector(), WideVector())
      for d in 0..<n {
        let row = rows.row(Int(path[d])) + (column &+ c)
        s0.addProduct(row.wideVector(0), w0[d])
        s1.addProduct(row.wideVector(16), w1[d])
        s2.addProduct(row.wideVector(32), w2[d])
        s3.addProduct(row.wideVector(48), w3[d])
      }
      out.store(s0, c)
      out.store(s1, c &+ 16)
      out.store(s2, c &+ 32)
      out.store(s3, c &+ 48)
      c &+= 64
    }
    while H & 7 == 0 && c &+ 32 <= C {
      // The same with vectors of eight.
      let w0 = weights + c / H &* n
      let w1 = weights + (c &+ 8) / H &* n
      let w2 = weights + (c &+ 16) / H &* n
      let w3 = weights + (c &+ 24) / H &* n
      var (s0, s1, s2, s3) = (Vector(), Vector(), Vector(), Vector())
      for d in 0..<n {
        let row = rows.row(Int(path[d])) + (column &+ c)
        s0.addProduct(row.vector(0), w0[d])
        s1.addProduct(row.vector(8), w1[d])
        s2.addProduct(row.vector(16), w2[d])
        s3.addProduct(row.vector(24), w3[d])
      }
      out.store(s0, c)
      out.store(s1, c &+ 8)
      out.store(s2, c &+ 16)
      out.store(s3, c &+ 24)
      c &+= 32
    }
    while H & 7 == 0 && c < C {
      let w = weights + c / H &* n
      var sum = Vector()
      for d in 0..<n { sum.addProduct(rows.row(Int(path[d])).vector(column &+ c), w[d]) }
      out.store(sum, c)
      c &+= 8
    }
    while c < C {
      let w = weights + c / H &* n
      var sum: Float = 0
      for d in 0..<n { sum.addProduct(rows.row(Int(path[d]))[column &+ c], w[d]) }
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
  ///     out[h][d] = scale * sum over c of row[h H + c] * rows[path[d]][column + h H + c]
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
          out[h &* path.count &+ d] = sum * scale
        }
      }
      return
    }
    let count = NH &* path.count
    var (start, d) = (0, 0)
    /// The next head and ancestor; behind the last one the last one again.
    func next() -> Vector {
      let a = row + start
      let b = rows.row(Int(path[d])) + (column &+ start)
      d &+= 1
      if d == path.count {
        if start &+ H < C { (start, d) = (start &+ H, 0) } else { d &-= 1 }
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

  /// Turns each head's row of scores into probabilities.
  @inline(__always)
  private func softmax(_ p: UnsafeMutablePointer<Float>, columns: Int) {
    for h in 0..<NH {
      let x = p + h &* columns
      var largest = x[0]
      for d in 1..<columns { largest = x[d] > largest ? x[d] : largest }
      for d in 0..<columns { x[d] -= largest }
    }
    for i in stride(from: 0, to: NH &* columns, by: 8) {
      p.store(VectorMath.exp(p.vector(i)), i)
    }
    for h in 0..<NH {
      let x = p + h &* columns
      var sum: Float = 0
      for d in 0..<columns { sum += x[d] }
      let inverse = 1 / sum
      for d in 0..<columns { x[d] *= inverse }
    }
  }
}
