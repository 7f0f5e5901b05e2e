@testable import Shared

/// The lengths at which vectors of eight and tiles of sixteen begin, end and just miss.
let lengths = [0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 65]

/// A matrix with memory of its own, and the same numbers as rows.
final class TestMatrix {
  let buffer: FloatBuffer
  let matrix: Matrix
  let rows: Int

  /// Fills a matrix with noise; `offset` floats come before the first row.
  init(_ rows: Int, _ columns: Int, _ noise: inout Noise, offset: Int = 0) {
    self.rows = rows
    buffer = FloatBuffer(count: rows * Matrix.stride(columns: columns) + offset)
    matrix = Matrix(buffer.start + offset, rows: rows, columns: columns)
    // What is after the columns must not matter.
    for i in 0..<buffer.count { buffer.start[i] = .nan }
    for row in 0..<rows {
      for column in 0..<columns { matrix.row(row)[column] = noise.nextFloat() }
    }
  }

  subscript(row: Int, column: Int) -> Double { Double(matrix.row(row)[column]) }

  /// All numbers, row-major.
  var values: [Double] {
    (0..<rows).flatMap { row in (0..<matrix.columns).map { self[row, $0] } }
  }
}

/// Central differences of a function of many numbers.
func centralDifferences(_ x: [Double], step: Double = 1e-5, _ f: ([Double]) -> Double) -> [Double] {
  x.indices.map { i in
    var x = x
    let middle = x[i]
    x[i] = middle + step
    let high = f(x)
    x[i] = middle - step
    return (high - f(x)) / (2 * step)
  }
}

extension Array where Element == Float {
  /// Calls a body with a copy as a matrix without padding; a vector has one row.
  func withMatrix<Result>(rows: Int = 1, _ body: (Matrix) -> Result) -> Result {
    let buffer = FloatBuffer(count: count)
    for (i, value) in enumerated() { buffer.start[i] = value }
    return withExtendedLifetime(buffer) {
      body(Matrix(unpadded: buffer.start, rows: rows, columns: rows == 0 ? 0 : count / rows))
    }
  }
}

extension Buffer<Float> {
  /// All of it as a vector.
  var vector: Matrix { Matrix(unpadded: start, rows: 1, columns: count) }

  /// All of it as Swift sees memory.
  var floats: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: start, count: count)
  }
}
