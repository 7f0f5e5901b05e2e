/// The softmax of a row.
///
///     p[d] = exp(scale * x[d]) / sum over e of exp(scale * x[e])
///
/// The largest score is subtracted before the exponential. Lane j sums the elements j, j + 16, ... in
/// rising order; then the lanes are added.
enum Softmax {
  /// Turns scores into probabilities, in their place.
  ///
  /// - Parameters:
  ///   - x: (columns); the first `count` are scores. The rest is zero afterwards.
  ///   - count: How many scores there are, one at least.
  ///   - columns: A multiple of 16.
  ///   - scale: What the scores are multiplied by; above 0.
  @inline(__always)
  static func forward(
    _ x: UnsafeMutablePointer<Float>, count: Int, columns: Int, scale: Float
  ) {
    assert(0 < count && count <= columns && columns % 16 == 0 && scale > 0)
    let whole = count & ~15
    // What is after the last score must not count.
    let isScore =
      SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
      .< SIMD16(repeating: Int32(count &- whole))
    var maxima = WideVector(repeating: -.infinity)
    if count > whole { maxima.replace(with: x.wideVector(whole), where: isScore) }
    for d in stride(from: 0, to: whole, by: 16) {
      let next = x.wideVector(d)
      maxima.replace(with: next, where: next .> maxima)
    }
    let largest = maxima.largest * scale
    var sums = WideVector()
    for d in stride(from: 0, to: whole, by: 16) {
      let e = VectorMath.exp(x.wideVector(d) * scale - largest)
      x.store(e, d)
      sums += e
    }
    if count > whole {
      let e = VectorMath.exp(x.wideVector(whole) * scale - largest)
      let last = WideVector().replacing(with: e, where: isScore)
      x.store(last, whole)
      sums += last
    }
    let inverse = 1 / sums.total
    let padded = (count &+ 15) & ~15
    for d in stride(from: 0, to: padded, by: 16) { x.store(x.wideVector(d) * inverse, d) }
    for d in stride(from: padded, to: columns, by: 16) { x.store(WideVector(), d) }
  }

  /// Turns the gradients of probabilities into those of scores, in their place.
  ///
  ///     dx[d] = scale * p[d] * (dp[d] - sum over e of p[e] * dp[e])
  ///
  /// - Parameters:
  ///   - dx: (columns): dp before; finite wherever the probability is zero.
  ///   - probs: (columns), from `forward`.
  ///   - columns: A multiple of 16.
  ///   - scale: From `forward`.
  @inline(__always)
  static func backward(
    _ dx: UnsafeMutablePointer<Float>, probs: UnsafeMutablePointer<Float>, columns: Int,
    scale: Float
  ) {
    assert(columns % 16 == 0)
    var sums = WideVector()
    for d in stride(from: 0, to: columns, by: 16) {
      sums.addProduct(probs.wideVector(d), dx.wideVector(d))
    }
    let mean = sums.total
    for d in stride(from: 0, to: columns, by: 16) {
      dx.store(probs.wideVector(d) * (dx.wideVector(d) - mean) * scale, d)
    }
  }
}
