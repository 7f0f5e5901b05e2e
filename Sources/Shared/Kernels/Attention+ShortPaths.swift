// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// Attention node by node, for short paths and heads of whole vectors.
///
/// The keys of a short path are too few for the panels of a product. Instead, four heads and four
/// ancestors are taken at a time: their sixteen inner products are the lanes of one vector, four
/// neighbouring lanes for each head. One exponential then serves four heads, and the sum and the
/// largest of each head take two exchanges of lanes.
extension Attention {
  /// Whether a node's path is short enough; it depends on the node alone.
  @inline(__always)
  func isShort(_ node: Int) -> Bool { H & 7 == 0 && length(node) <= 16 }

  /// Computes what a node attends to.
  func forwardShort(out: Matrix, probs: Matrix, qkv: Matrix, row: Int) {
    let path = tree.path(row)
    let quads = (path.count &+ 3) / 4
    let lowest = WideVector(repeating: -.infinity)
    for h in stride(from: 0, to: NH, by: 4) {
      withUnsafeTemporaryAllocation(of: WideVector.self, capacity: 4) { s in
        var maxima = lowest
        for j in 0..<quads {
          let scores = products(qkv.row(row), qkv, column: C, path, j, h) * scale
          s[j] = lowest.replacing(with: scores, where: valid(path.count, j))
          maxima.replace(with: s[j], where: s[j] .> maxima)
        }
        var other = Self.exchangingNeighbours(maxima)
        maxima.replace(with: other, where: other .> maxima)
        other = Self.exchangingPairs(maxima)
        maxima.replace(with: other, where: other .> maxima)
        var sums = WideVector()
        for j in 0..<quads {
          s[j] = VectorMath.exp(s[j] - maxima)
          sums += s[j]
        }
        let inverse = 1 / totals(sums)
        for j in 0..<quads { store(s[j] * inverse, probs.row(row), j, h) }
      }
    }
    weightedSums(out.row(row), probs.row(row), qkv, column: 2 &* C, path)
  }

  /// Computes the gradients of the scores and of the query of a node.
  func backwardQueryShort(
    dQKV: Matrix, dScores: Matrix, dOut: Matrix, probs: Matrix, qkv: Matrix, row: Int
  ) {
    let path = tree.path(row)
    let quads = (path.count &+ 3) / 4
    for h in stride(from: 0, to: NH, by: 4) {
      withUnsafeTemporaryAllocation(of: WideVector.self, capacity: 4) { dp in
        var sums = WideVector()
        for j in 0..<quads {
          dp[j] = products(dOut.row(row), qkv, column: 2 &* C, path, j, h)
          sums.addProduct(dp[j], load(probs.row(row), j, h))
        }
        let means = totals(sums)
        for j in 0..<quads {
          let p = load(probs.row(row), j, h)
          store(p * (dp[j] - means) * scale, dScores.row(row), j, h)
        }
      }
    }
    weightedSums(dQKV.row(row), dScores.row(row), qkv, column: C, path)
  }

  /// The inner products of four heads of a row with those of four ancestors.
  ///
  ///     lane 4 a + b = sum over c of row[(h + a) H + c] * rows[path[4 j + b]][column + (h + a) H + c]
  ///
  /// In place of a missing head or ancestor the last one is taken again. Fourteen sums of neighbours
  /// add the lanes: with the names, an eighth of the time of both passes.
  @inline(__always)
  private func products(
    _ row: UnsafeMutablePointer<Float>, _ rows: Matrix, column: Int,
    _ path: UnsafeBufferPointer<Int32>, _ j: Int, _ h: Int
  ) -> WideVector {
    let last = path.count &- 1
    let r0 = rows.row(Int(path[4 &* j])) + column
    let r1 = rows.row(Int(path[min(4 &* j &+ 1, last)])) + column
    let r2 = rows.row(Int(path[min(4 &* j &+ 2, last)])) + column
    let r3 = rows.row(Int(path[min(4 &* j &+ 3, last)])) + column
    @inline(__always)
    func head(_ a: Int) -> Vector {
      let first = min(h &+ a, NH &- 1) &* H
      let left = row.vector(first)
      var (s0, s1) = (left * r0.vector(first), left * r1.vector(first))
      var (s2, s3) = (left * r2.vector(first), left * r3.vector(first))
      var c = first &+ 8
      while c < first &+ H {
        let left = row.vector(c)
        s0.addProduct(left, r0.vector(c))
        s1.addProduct(left, r1.vector(c))
        s2.addProduct(left, r2.vector(c))
        s3.addProduct(left, r3.vector(c))
        c &+= 8
      }
      return Self.neighbourSums(Self.neighbourSums(s0, s1), Self.neighbourSums(s2, s3))
    }
    return WideVector(
      lowHalf: Self.neighbourSums(head(0), head(1)), highHalf: Self.neighbourSums(head(2), head(3)))
  }

  /// The sums of neighbouring lanes, first those of one vector, then those of the other.
  @inline(__always)
  private static func neighbourSums(_ a: Vector, _ b: Vector) -> Vector {
    let both = WideVector(lowHalf: a, highHalf: b)
    return both.evenHalf + both.oddHalf
  }

  /// The sum of each head's four lanes, in all of them.
  @inline(__always)
  private func totals(_ v: WideVector) -> WideVector {
    let two = v + Self.exchangingNeighbours(v)
    return two + Self.exchangingPairs(two)
  }

  /// Lanes 1, 0, 3, 2, ...
  @inline(__always)
  private static func exchangingNeighbours(_ v: WideVector) -> WideVector {
    WideVector(
      v[1], v[0], v[3], v[2], v[5], v[4], v[7], v[6], v[9], v[8], v[11], v[10], v[13], v[12],
      v[15], v[14])
  }

  /// Lanes 2, 3, 0, 1, 6, 7, ...
  @inline(__always)
  private static func exchangingPairs(_ v: WideVector) -> WideVector {
    WideVector(
      v[2], v[3], v[0], v[1], v[6], v[7], v[4], v[5], v[10], v[11], v[8], v[9], v[14], v[15],
      v[12], v[13])
  }

  /// Which lanes of the j-th four ancestors belong to an ancestor.
  @inline(__always)
  private func valid(_ count: Int, _ j: Int) -> SIMDMask<SIMD16<Int32>> {
    SIMD16<Int32>(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3)
      .< SIMD16(repeating: Int32(truncatingIfNeeded: count &- 4 &* j))
  }

  /// Writes four heads' scores of the j-th four ancestors.
  @inline(__always)
  private func store(
    _ v: WideVector, _ scores: UnsafeMutablePointer<Float>, _ j: Int, _ h: Int
  ) {
    quad(scores, j, h).storeBytes(of: v.lowHalf.lowHalf, as: SIMD4<Float>.self)
    quad(scores, j, h &+ 1).storeBytes(of: v.lowHalf.highHalf, as: SIMD4<Float>.self)
    quad(scores, j, h &+ 2).storeBytes(of: v.highHalf.lowHalf, as: SIMD4<Float>.self)
    quad(scores, j, h &+ 3).storeBytes(of: v.highHalf.highHalf, as: SIMD4<Float>.self)
  }

  /// Reads four heads' scores of the j-th four ancestors.
  @inline(__always)
  private func load(_ scores: UnsafeMutablePointer<Float>, _ j: Int, _ h: Int) -> WideVector {
    WideVector(
      lowHalf: SIMD8(
        lowHalf: quad(scores, j, h).loadUnaligned(as: SIMD4<Float>.self),
        highHalf: quad(scores, j, h &+ 1).loadUnaligned(as: SIMD4<Float>.self)),
      highHalf: SIMD8(
        lowHalf: quad(scores, j, h &+ 2).loadUnaligned(as: SIMD4<Float>.self),
        highHalf: quad(scores, j, h &+ 3).loadUnaligned(as: SIMD4<Float>.self)))
  }

  /// Where a head's scores of the j-th four ancestors are.
  @inline(__always)
  private func quad(
    _ scores: UnsafeMutablePointer<Float>, _ j: Int, _ h: Int
  ) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(scores + (min(h, NH &- 1) &* scoresPerHead &+ 4 &* j))
  }

  /// The weighted sum of the rows of a path, with weights of its own for each head.
  ///
  ///     out[c] = sum over d of weights[c / H][d] * rows[path[d]][column + c], in rising order
  @inline(__always)
  private func weightedSums(
    _ out: UnsafeMutablePointer<Float>, _ weights: UnsafeMutablePointer<Float>, _ rows: Matrix,
    column: Int, _ path: UnsafeBufferPointer<Int32>
  ) {
    if H & 15 == 0 {
      weightedSums(of: WideVector.self, out, weights, rows, column: column, path)
    } else {
      weightedSums(of: Vector.self, out, weights, rows, column: column, path)
    }
  }

  /// Four vectors at a time, so that four sums are under way; in place of a missing one the last again.
  @inline(__always)
  private func weightedSums<V: SIMD>(
    of: V.Type, _ out: UnsafeMutablePointer<Float>, _ weights: UnsafeMutablePointer<Float>,
    _ rows: Matrix, column: Int, _ path: UnsafeBufferPointer<Int32>
  ) where V.Scalar == Float {
    let width = V.scalarCount
    let last = C &- width
    for c in stride(from: 0, to: C, by: 4 &* width) {
      let c1 = min(c &+ width, last)
      let c2 = min(c &+ 2 &* width, last)
      let c3 = min(c &+ 3 &* width, last)
      let w0 = weights + c / H &* scoresPerHead
      let w1 = weights + c1 / H &* scoresPerHead
      let w2 = weights + c2 / H &* scoresPerHead
      let w3 = weights + c3 / H &* scoresPerHead
      var (s0, s1, s2, s3) = (V(), V(), V(), V())
      for d in path.indices {
        let row = UnsafeRawPointer(rows.row(Int(path[d])) + column)
        s0.addProduct(row.loadUnaligned(fromByteOffset: 4 &* c, as: V.self), w0[d])
        s1.addProduct(row.loadUnaligned(fromByteOffset: 4 &* c1, as: V.self), w1[d])
        s2.addProduct(row.loadUnaligned(fromByteOffset: 4 &* c2, as: V.self), w2[d])
        s3.addProduct(row.loadUnaligned(fromByteOffset: 4 &* c3, as: V.self), w3[d])
      }
      let out = UnsafeMutableRawPointer(out)
      out.storeBytes(of: s0, toByteOffset: 4 &* c, as: V.self)
      out.storeBytes(of: s1, toByteOffset: 4 &* c1, as: V.self)
      out.storeBytes(of: s2, toByteOffset: 4 &* c2, as: V.self)
      out.storeBytes(of: s3, toByteOffset: 4 &* c3, as: V.self)
    }
  }
}
