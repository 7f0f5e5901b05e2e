// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The cross entropy of logits against counted targets.
///
///     nll[t] = log(sum(exp(logits))) - logits[t]
///     loss = sum over distinct targets t of count[t] * nll[t]
///
/// One row at a time; the caller goes through the rows. PyTorch's `cross_entropy`, summed; with soft
/// targets, the gradient is that of its form with probabilities as targets.
enum CrossEntropy {
  /// Computes the losses of one row, and turns its logits into exponentials.
  ///
  /// - Parameters:
  ///   - nll: One for each of the row's distinct targets: the loss of one token, in nats.
  ///   - logits: (rows, V), padded. In the row, the exponentials of the logits, less the largest,
  ///     afterwards.
  ///   - row: The row.
  ///   - targets: The row's distinct targets.
  /// - Returns: The sum of the exponentials.
  @inline(__always)
  static func forward(
    nll: UnsafeMutableBufferPointer<Float>, logits: Matrix, row: Int,
    targets: UnsafeBufferPointer<Int32>
  ) -> Float {
    let V = logits.columns
    assert(logits.holds(rows: row..<row + 1, columns: V) && logits.isPadded)
    assert(nll.count == targets.count && targets.allSatisfy { 0 <= $0 && $0 < V })
    let logits = logits.row(row)
    // What is after the last logit must not count.
    let padded = (V &+ 7) & ~7
    for v in V..<padded { logits[v] = -.infinity }
    var maxima = logits.vector(0)
    for v in stride(from: 8, to: padded, by: 8) {
      let next = logits.vector(v)
      maxima.replace(with: next, where: next .> maxima)
    }
    let largest = maxima.largest
    for (t, target) in targets.enumerated() { nll[t] = largest - logits[Int(target)] }
    var sums = Vector()
    for v in stride(from: 0, to: padded, by: 8) {
      let e = VectorMath.exp(logits.vector(v) - largest)
      logits.store(e, v)
      sums += e
    }
    let sum = sums.total
    let log = VectorMath.log(Vector(repeating: sum))[0]
    for t in targets.indices { nll[t] += log }
    return sum
  }

  /// Computes the gradient of one row's logits, in their place.
  ///
  ///     dLogits[v] = scale * n * (softmax(logits)[v] - target[v]),  n = the sum of the counts
  ///     target[v] = (1 - share) * count[v] / n + share * p[v]
  ///
  /// - Parameters:
  ///   - logits: (rows, V). In the row, the exponentials that `forward` left; the gradient
  ///     afterwards.
  ///   - row: The row.
  ///   - sum: What `forward` returned.
  ///   - targets: The row's distinct targets.
  ///   - counts: How often each of them follows.
  ///   - scale: What the loss is multiplied by: 1 / tokens for the mean.
  ///   - soft: p, (V), followed by the zeros of a whole number of vectors, or nil.
  ///   - share: The share of p in the targets; 0 without p.
  @inline(__always)
  static func backward(
    logits: Matrix, row: Int, sum: Float, targets: UnsafeBufferPointer<Int32>,
    counts: UnsafeBufferPointer<Int32>, scale: Float, soft: UnsafePointer<Float>? = nil,
    share: Float = 0
  ) {
    let V = logits.columns
    assert(logits.holds(rows: row..<row + 1, columns: V) && counts.count == targets.count)
    assert(0 <= share && share <= 1 && (soft != nil || share == 0))
    let logits = logits.row(row)
    var n: Int32 = 0
    for count in counts { n &+= count }
    let factor = scale * Float(n) / sum
    if let soft {
      let weight = -(scale * Float(n) * share)
      for v in stride(from: 0, to: V, by: 8) {
        logits.store((logits.vector(v) * factor).addingProduct(soft.vector(v), weight), v)
      }
    } else {
      for v in stride(from: 0, to: V, by: 8) { logits.store(logits.vector(v) * factor, v) }
    }
    let hard = scale * (1 - share)
    for (target, count) in zip(targets, counts) { logits[Int(target)] -= hard * Float(count) }
  }
}
