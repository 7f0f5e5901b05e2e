// Kernels: arithmetic on floats that others own, each with its equation, its order of summation and
// its measured rate. They know rows, columns and the paths of a tree. They allocate no results, start
// no threads and know no model: which rows a call computes, and on which thread, is decided above.

/// A view of a row-major matrix in a `FloatBuffer`; a vector is a matrix of one row.
///
///     let qkv = Matrix(buffer.start, rows: nodes, columns: 3 * C)
///     let keys = Matrix(qkv, from: C, columns: C)
///     let weight = Matrix(unpadded: parameters.start, rows: C, columns: 4 * C)
///
/// Kernels go through a row in whole tiles of 16 floats. They may read such a tile wherever a row
/// ends, for the buffer has slack after its last float. They write one only where `isPadded`.
struct Matrix {
  /// The first element of the first row.
  let start: UnsafeMutablePointer<Float>

  /// The number of rows.
  let rows: Int

  /// The number of columns.
  let columns: Int

  /// How many floats the start of a row is from that of the next.
  let stride: Int

  /// Whether a row has room for whole tiles, so that what is after its last column means nothing.
  let isPadded: Bool

  /// The stride of padded rows: an odd number of cache lines.
  ///
  /// Strides of 256, 512, ... floats would put the rows of one panel into few sets of the cache.
  static func stride(columns: Int) -> Int {
    ((columns + 15) / 16 | 1) * 16
  }

  /// A matrix of padded rows that begin at cache lines where `start` does.
  @inline(__always)
  init(_ start: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    self.start = start
    self.rows = rows
    self.columns = columns
    stride = Self.stride(columns: columns)
    isPadded = true
  }

  /// A matrix of rows without gaps, as tensors are stored.
  @inline(__always)
  init(unpadded start: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    self.start = start
    self.rows = rows
    self.columns = columns
    stride = columns
    isPadded = false
  }

  /// Some columns of a matrix.
  @inline(__always)
  init(_ matrix: Matrix, from first: Int, columns: Int) {
    assert(first >= 0 && first + columns <= matrix.stride, "a part lies within its matrix")
    start = matrix.start + first
    rows = matrix.rows
    self.columns = columns
    stride = matrix.stride
    isPadded = false
  }

  /// The first element of a row.
  @inline(__always)
  func row(_ row: Int) -> UnsafeMutablePointer<Float> {
    start + row &* stride
  }

  /// Whether a matrix has these rows, of that many columns: what a kernel asserts of each operand.
  @inline(__always)
  func holds(rows: Range<Int>, columns: Int) -> Bool {
    rows.lowerBound >= 0 && rows.upperBound <= self.rows && columns == self.columns
  }

  /// Whether it is a vector of that many elements.
  @inline(__always)
  func holds(_ count: Int) -> Bool { rows == 1 && columns == count }
}
