import Foundation
import Testing

@testable import Shared

@Suite struct SoftmaxTests {
  /// The specification, in Double.
  private static func forward(_ x: [Double], _ scale: Double) -> [Double] {
    let largest = x.max() ?? 0
    let e = x.map { exp(scale * ($0 - largest)) }
    return e.map { $0 / e.reduce(0, +) }
  }

  /// Probabilities are at most 1, exponentials within 2 roundings of 6e-8, sums of up to 65 within
  /// a few more.
  @Test(arguments: lengths.dropFirst()) func equalsTheNaiveOne(_ count: Int) {
    var noise = Noise(UInt64(count))
    let columns = (count + 15) / 16 * 16 + 16
    for (scale, size) in [(Float(0.25), Float(40)), (1, 3), (2, 60)] {
      let scores = noise.floats(count).map { $0 * size }
      let x = TestMatrix(1, columns, &noise)
      let dx = TestMatrix(1, columns, &noise)
      for d in 0..<columns { x.matrix.row(0)[d] = d < count ? scores[d] : .nan }
      Softmax.forward(x.matrix.row(0), count: count, columns: columns, scale: scale)
      let expected = Self.forward(scores.map(Double.init), Double(scale))
      #expect(zip(x.values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
      #expect(x.values[count...].allSatisfy { $0 == 0 })

      let dp = dx.values
      let gradient = centralDifferences(scores.map(Double.init)) { x in
        zip(Self.forward(x, Double(scale)), dp).reduce(0) { $0 + $1.0 * $1.1 }
      }
      Softmax.backward(
        dx.matrix.row(0), probs: x.matrix.row(0), columns: columns, scale: scale)
      #expect(zip(dx.values, gradient).allSatisfy { abs($0 - $1) < 2e-6 })
      #expect(dx.values[count...].allSatisfy { $0 == 0 })
    }
  }
}
