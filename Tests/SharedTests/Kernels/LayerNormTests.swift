import Testing

@testable import Shared

@Suite struct LayerNormTests {
  /// The specification, in Double.
  private static func forward(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> [Double] {
    let n = Double(x.count)
    let mean = x.reduce(0, +) / n
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    let rstd = 1 / (variance + 1e-5).squareRoot()
    return x.indices.map { (x[$0] - mean) * rstd * weight[$0] + bias[$0] }
  }

  @Test(arguments: lengths.dropFirst()) func equalsTheNaiveOne(_ C: Int) {
    var noise = Noise(UInt64(C))
    let rows = 5
    let x = TestMatrix(rows, C, &noise, offset: 1)
    let out = TestMatrix(rows, C, &noise)
    let dOut = TestMatrix(rows, C, &noise)
    let bypass = TestMatrix(rows, C, &noise)
    let dX = TestMatrix(rows, C, &noise)
    let (weight, bias) = (noise.floats(C), noise.floats(C))
    let (mean, rstd) = (FloatBuffer(count: rows), FloatBuffer(count: rows))
    let (dWeight, dBias) = (FloatBuffer(count: C), FloatBuffer(count: C))
    weight.withMatrix { weight in
      bias.withMatrix { bias in
        LayerNorm.forward(
          out: out.matrix, mean: mean.vector, rstd: rstd.vector, input: x.matrix, weight: weight,
          bias: bias, rows: 0..<rows)
        LayerNorm.backward(
          dInput: dX.matrix, bypass: bypass.matrix, dOut: dOut.matrix, input: x.matrix,
          weight: weight, mean: mean.vector, rstd: rstd.vector, rows: 0..<rows)
        // Over what is there, then in addition to it.
        for adding in [false, true] {
          LayerNorm.backwardParameters(
            dWeight: dWeight.vector, dBias: dBias.vector, dOut: dOut.matrix, input: x.matrix,
            mean: mean.vector, rstd: rstd.vector, rows: rows, adding: adding)
        }
      }
    }
    let w = weight.map(Double.init)
    let b = bias.map(Double.init)
    // Rows of a width of 1 are constant: their rstd of 316 multiplies rounding errors.
    let bound = C == 1 ? 1e-4 : 1e-5
    for row in 0..<rows {
      let input = (0..<C).map { x[row, $0] }
      let expected = Self.forward(input, w, b)
      let gradient = centralDifferences(input) { x in
        zip(Self.forward(x, w, b), 0..<C).reduce(0) { $0 + $1.0 * dOut[row, $1.1] }
      }
      for c in 0..<C {
        #expect(abs(out[row, c] - expected[c]) < bound)
        let error = abs(dX[row, c] - bypass[row, c] - gradient[c])
        #expect(error < bound * max(1, Double(rstd.start[row])))
      }
    }
    let zero = [Double](repeating: 0, count: C)
    let one = [Double](repeating: 1, count: C)
    for c in 0..<C {
      var (weightSum, biasSum) = (0.0, 0.0)
      for row in 0..<rows {
        weightSum += dOut[row, c] * Self.forward((0..<C).map { x[row, $0] }, one, zero)[c]
        biasSum += dOut[row, c]
      }
      #expect(abs(Double(dWeight.start[c]) - 2 * weightSum) < 2 * bound)
      #expect(abs(Double(dBias.start[c]) - 2 * biasSum) < 2e-5)
    }
  }
}
