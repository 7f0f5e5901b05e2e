import Foundation
import Testing

@testable import Shared

@Suite struct GELUTests {
  /// The specification, in Double.
  private static func gelu(_ x: Double) -> Double {
    let u = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
    return x / 2 * (1 + tanh(u))
  }

  @Test(arguments: lengths) func equalsTheNaiveOne(_ columns: Int) {
    var noise = Noise(UInt64(columns))
    let x = TestMatrix(3, columns, &noise, offset: 5)
    for row in 0..<3 { for c in 0..<columns { x.matrix.row(row)[c] *= 6 } }
    let before = x.values
    let dOut = TestMatrix(3, columns, &noise)
    let out = TestMatrix(3, columns, &noise)
    GELU.forward(out: out.matrix, input: x.matrix, rows: 0..<3)
    for (y, x) in zip(out.values, before) { #expect(abs(y - Self.gelu(x)) < 2e-6) }
    let alone = out.values
    GELU.forward(out: out.matrix, derivative: x.matrix, rows: 0..<3)
    #expect(out.values == alone)
    GELU.backward(derivative: x.matrix, dOut: dOut.matrix, rows: 0..<3)
    for (i, dx) in x.values.enumerated() {
      let step = 1e-5
      let slope = (Self.gelu(before[i] + step) - Self.gelu(before[i] - step)) / (2 * step)
      #expect(abs(dx - slope * dOut.values[i]) < 2e-6)
    }
  }

  @Test func dropoutLeavesOutValuesAndTheirDerivatives() {
    var noise = Noise(3)
    let (x, out, plain) = (
      TestMatrix(3, 20, &noise), TestMatrix(3, 20, &noise), TestMatrix(3, 20, &noise)
    )
    let slopes = TestMatrix(3, 20, &noise)
    for row in 0..<3 {
      for c in 0..<20 { slopes.matrix.row(row)[c] = x.matrix.row(row)[c] }
    }
    ([7, 8, 9] as [UInt64]).withUnsafeBufferPointer {
      let dropout = Dropout(0.5, keys: $0.baseAddress!, name: 1)
      GELU.forward(out: plain.matrix, derivative: slopes.matrix, rows: 0..<3)
      GELU.forward(out: out.matrix, derivative: x.matrix, dropout: dropout, rows: 0..<3)
      dropout.apply(to: plain.matrix, rows: 0..<3)
      dropout.apply(to: slopes.matrix, rows: 0..<3)
    }
    #expect(out.values == plain.values && x.values == slopes.values)
    #expect(out.values.contains(0))
  }

  @Test func farFromZeroItIsTheIdentityOrZero() {
    var noise = Noise()
    let x = TestMatrix(1, 2, &noise)
    (x.matrix.start[0], x.matrix.start[1]) = (60, -60)
    let out = TestMatrix(1, 2, &noise)
    GELU.forward(out: out.matrix, derivative: x.matrix, rows: 0..<1)
    #expect(out[0, 0] == 60 && abs(out[0, 1]) < 1e-30)
    #expect(x[0, 0] == 1 && abs(x[0, 1]) < 1e-30)
  }
}
