import Testing

@testable import Shared

/// Compares with sums in Double.
///
/// A float32 sum of n terms below 1 errs by less than n roundings of
/// 6e-8, each of a sum below n: for 65 terms far below 1e-4; what is seen is below 1e-5.
@Suite struct MatrixProductTests {
  @Test(arguments: lengths) func productsEqualTheNaiveOnes(_ n: Int) {
    var noise = Noise(UInt64(n))
    for (rows, depth) in lengths.flatMap({ rows in lengths.map { (rows, $0) } }) {
      let a = TestMatrix(rows, depth, &noise)
      let b = noise.floats(depth * n)
      let bias = noise.floats(n)
      let residual = TestMatrix(rows, n, &noise)
      let out = TestMatrix(rows, n, &noise)
      var expected: [Double] = []
      for m in 0..<rows {
        for j in 0..<n {
          var sum = Double(bias[j]) + residual[m, j]
          for k in 0..<depth { sum += a[m, k] * Double(b[k * n + j]) }
          expected.append(sum)
        }
      }
      for transposed in [false, true] {
        let packed = Self.pack(b, rows: depth, columns: n, transposed: transposed)
        bias.withMatrix { bias in
          // In two parts, to begin in the middle.
          let middle = min(rows, 6)
          for part in [0..<middle, middle..<rows] {
            MatrixProduct.multiply(
              out: out.matrix, a: a.matrix, b: packed.matrix, bias: bias,
              residual: residual.matrix, rows: part)
          }
        }
        #expect(zip(out.values, expected).allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
  }

  @Test(arguments: lengths) func transposedProductsEqualTheNaiveOnes(_ n: Int) {
    var noise = Noise(UInt64(n))
    for (rows, K) in (lengths + [300, 600]).flatMap({ rows in lengths.map { (rows, $0) } }) {
      if rows >= 300 && (n != 17 || K != 31) { continue }
      let a = TestMatrix(rows, K, &noise)
      let dOut = TestMatrix(rows, n, &noise, offset: 3)
      let dB = FloatBuffer(count: K * n)
      let dBias = FloatBuffer(count: n)
      // Over what is there, and in addition to it.
      for (times, adding) in [(1.0, false), (2.0, true)] {
        for panel in stride(
          from: 0, to: PackedMatrix.panels(columns: n), by: MatrixProduct.panelsAtOnce
        ) {
          for first in stride(from: 0, to: K, by: 12) {
            MatrixProduct.multiplyTransposed(
              dB: Matrix(unpadded: dB.start, rows: K, columns: n), dBias: dBias.vector,
              a: a.matrix, dOut: dOut.matrix, rows: rows,
              block: first..<min(K, first + 12), panel: panel, adding: adding)
          }
        }
        let bound = 1e-5 * times * Double(max(1, rows / 65))
        for j in 0..<n {
          for k in 0..<K {
            let sum = (0..<rows).reduce(0) { $0 + a[$1, k] * dOut[$1, j] }
            #expect(abs(Double(dB.start[k * n + j]) - times * sum) < bound)
          }
          let sum = (0..<rows).reduce(0) { $0 + dOut[$1, j] }
          if K > 0 { #expect(abs(Double(dBias.start[j]) - times * sum) < bound) }
        }
      }
    }
  }

  @Test func aRowDoesNotDependOnItsNeighbours() {
    var noise = Noise()
    let a = TestMatrix(13, 20, &noise)
    let packed = Self.pack(noise.floats(20 * 17), rows: 20, columns: 17, transposed: false)
    let whole = TestMatrix(13, 17, &noise)
    let single = TestMatrix(13, 17, &noise)
    MatrixProduct.multiply(out: whole.matrix, a: a.matrix, b: packed.matrix, rows: 0..<13)
    for row in 0..<13 {
      MatrixProduct.multiply(
        out: single.matrix, a: a.matrix, b: packed.matrix, rows: row..<row + 1)
    }
    #expect(whole.values == single.values)
  }

  #if DEBUG
    @Test func refusesShapesThatDoNotFit() async {
      await #expect(processExitsWith: .failure) {
        var noise = Noise()
        let a = TestMatrix(6, 20, &noise)
        let packed = MatrixProductTests.pack(
          noise.floats(21 * 17), rows: 21, columns: 17, transposed: false)
        MatrixProduct.multiply(
          out: TestMatrix(6, 17, &noise).matrix, a: a.matrix, b: packed.matrix, rows: 0..<6)
      }
      await #expect(processExitsWith: .failure) {
        var noise = Noise()
        let dB = FloatBuffer(count: 8 * 9)
        MatrixProduct.multiplyTransposed(
          dB: Matrix(unpadded: dB.start, rows: 8, columns: 9), dBias: nil,
          a: TestMatrix(5, 8, &noise).matrix, dOut: TestMatrix(5, 9, &noise).matrix, rows: 6,
          block: 0..<8, panel: 0, adding: false)
      }
    }
  #endif

  /// A packed matrix with memory of its own.
  private struct Packed {
    let buffer: FloatBuffer
    let matrix: PackedMatrix
  }

  /// Packs a (rows, columns) matrix, from itself or from its transpose.
  private static func pack(_ b: [Float], rows: Int, columns: Int, transposed: Bool) -> Packed {
    let buffer = FloatBuffer(count: PackedMatrix.count(rows: rows, columns: columns))
    let packed = PackedMatrix(start: buffer.start, rows: rows, columns: columns)
    var source = b
    if transposed {
      for k in 0..<rows {
        for j in 0..<columns { source[j * rows + k] = b[k * columns + j] }
      }
    }
    source.withMatrix { source in
      if transposed {
        let source = Matrix(unpadded: source.start, rows: columns, columns: rows)
        for panel in 0..<PackedMatrix.panels(columns: columns) {
          packed.pack(transposed: source, panel: panel)
        }
      } else {
        let source = Matrix(unpadded: source.start, rows: rows, columns: columns)
        // In two parts.
        for some in [0..<rows / 2, rows / 2..<rows] { packed.pack(source, rows: some) }
      }
    }
    return Packed(buffer: buffer, matrix: packed)
  }
}
