// Prints the floating-point peak of one core in GFLOP/s: twelve chains of multiply-adds of eight
// floats, or of sixteen, none of which waits for another, in registers alone. The most of 100 runs
// of a millisecond each. Copies that run at the same time show what that many cores reach together.

/// Makes `12 * steps` multiply-adds of vectors.
@inline(never)
func chains<V: SIMD>(steps: Int, from start: V) -> V where V.Scalar == Float {
  let factor = start * 0.5
  var (a, b, c, d) = (start, start + 1, start + 2, start + 3)
  var (e, f, g, h) = (start + 4, start + 5, start + 6, start + 7)
  var (i, j, k, l) = (start + 8, start + 9, start + 10, start + 11)
  for _ in 0..<steps {
    a = start.addingProduct(a, factor)
    b = start.addingProduct(b, factor)
    c = start.addingProduct(c, factor)
    d = start.addingProduct(d, factor)
    e = start.addingProduct(e, factor)
    f = start.addingProduct(f, factor)
    g = start.addingProduct(g, factor)
    h = start.addingProduct(h, factor)
    i = start.addingProduct(i, factor)
    j = start.addingProduct(j, factor)
    k = start.addingProduct(k, factor)
    l = start.addingProduct(l, factor)
  }
  return (a + b) + (c + d) + (e + f) + (g + h) + (i + j) + (k + l)
}

/// The most that vectors of some type reach.
func peak<V: SIMD>(_: V.Type) -> Double where V.Scalar == Float {
  let steps = 500_000
  var best = 0.0
  var sum = V()
  for _ in 0..<100 {
    let time = ContinuousClock().measure {
      sum += chains(steps: steps, from: V(repeating: Float(CommandLine.arguments.count)))
    }
    let operations = Double(steps * 12 * 2 * V.scalarCount)
    best = max(best, operations / (Double(time.components.attoseconds) * 1e-9))
  }
  return sum.sum().isFinite ? best : 0
}

print(max(peak(SIMD8<Float>.self), peak(SIMD16<Float>.self)))
