/// A view of a row-major matrix whose rows begin at cache lines.
///
/// A row has room for its columns rounded up to whole tiles of 16, so that kernels store whole
/// vectors. What stands behind the last column means nothing, but where the matrix is a part of
/// another one.
struct Matrix {
  /// The first element of the first row.
  let start: UnsafeMutablePointer<Float>

  /// How many columns have a meaning.
  let columns: Int

  /// How many floats lie between the beginnings of two rows.
  let stride: Int

  /// Whether what stands behind the last column has a meaning.
  let isPart: Bool

  /// The stride for so many columns: an odd number of cache lines.
  ///
  /// Strides of 256, 512, ... floats would put the rows of one panel into few sets of the cache.
  static func stride(columns: Int) -> Int {
    ((columns + 15) / 16 | 1) * 16
  }

  init(_ start: UnsafeMutablePointer<Float>, columns: Int) {
    self.start = start
    self.columns = columns
    stride = Self.stride(columns: columns)
    isPart = false
  }

  /// Some columns of a matrix.
  @inline(__always)
  init(_ matrix: Matrix, from first: Int, columns: Int) {
    start = matrix.start + first
    self.columns = columns
    stride = matrix.stride
    isPart = true
  }

  /// The first element of a row.
  @inline(__always)
  func row(_ row: Int) -> UnsafeMutablePointer<Float> {
    start + row &* stride
  }
}
