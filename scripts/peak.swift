// Prints the floating-point peak of one core in GFLOP/s: twelve chains of multiply-adds of eight
// floats, none of which waits for another, in registers alone. The most of 200 runs of a
// millisecond. Copies that run at the same time show what that many cores reach together.

/// Makes `12 * steps` multiply-adds of eight floats.
@inline(never)
func chains(steps: Int, from start: SIMD8<Float>) -> SIMD8<Float> {
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

let steps = 500_000
var best = 0.0
var sum = SIMD8<Float>()
for _ in 0..<200 {
  let time = ContinuousClock().measure {
    sum += chains(steps: steps, from: SIMD8(repeating: Float(CommandLine.arguments.count)))
  }
  best = max(best, Double(steps * 12 * 16) / (Double(time.components.attoseconds) * 1e-9))
}
print(sum.sum().isFinite ? best : 0)
