// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// Brings all singular values of a matrix near 1, by odd polynomials and without a decomposition.
///
///     X = U S V^T / norm,   then for each step   X = a X + b X X^T X + c (X X^T)^2 X
///
/// The work is done on the Gram matrix A = X X^T, or X^T X where that is smaller. A step multiplies
/// X by P = a I + b A + c A^2, after which the Gram matrix is P A P; so the result is Q X with Q
/// the product of all P. Only the first and the last product have the longer side of X, all others
/// are C x C. What is lost are the digits of singular values below about 1e-3 of the largest: their
/// squares drown in the rounding of A. They come out as small as they were, times the first
/// factors.
///
/// One matrix at a time; the memory is that of the largest.
struct NewtonSchulz {
  /// The coefficients of one step.
  struct Step {
    let a: Float
    let b: Float
    let c: Float

    init(_ a: Float, _ b: Float, _ c: Float) { (self.a, self.b, self.c) = (a, b, c) }
  }

  /// The first three of the polynomials that bring singular values from 0.001 to 1 to 1 in the
  /// fewest steps (Polar Express; Amsel and others 2025, algorithm 1): they come to 0.13 at least.
  ///
  /// With them a GPT ended where it did with five of them, and with those of `torch.optim.Muon`: at 1.9690, 1.9695
  /// and 1.9692 after 2000 steps, means of three splits of names.txt; with two of them at 1.9836.
  static let polarExpress = [
    Step(8.287_212, -23.595_887, 17.300_387), Step(4.107_059_1, -2.947_849_9, 0.544_843_1),
    Step(3.948_690_9, -2.908_902_1, 0.551_819_1),
  ]

  /// The steps, in their order.
  let steps: [Step]

  private let buffer: FloatBuffer
  private let places: Places
  private let indices: [Int32]

  /// Where each part of the memory begins, and how many floats there are.
  private struct Places {
    let output: Int
    let packed: Int
    let squares: Int
    let count: Int

    init(rows: Int, columns: Int) {
      let C = min(rows, columns)
      output = max(rows * Matrix.stride(columns: columns), columns * Matrix.stride(columns: rows))
      packed = 2 * output
      squares =
        packed
        + max(
          PackedMatrix.count(rows: rows, columns: columns),
          PackedMatrix.count(rows: columns, columns: rows))
      count = squares + 5 * C * Matrix.stride(columns: C)
    }
  }

  /// Makes room for matrices of at most some rows and columns, either way round.
  init(_ steps: [Step], rows: Int, columns: Int) {
    precondition(!steps.isEmpty, "an iteration has at least one step")
    self.steps = steps
    places = Places(rows: rows, columns: columns)
    buffer = FloatBuffer(count: places.count)
    indices = (0..<Int32(max(rows, columns))).map(\.self)
  }

  /// How many floats the room for such matrices takes.
  static func floats(rows: Int, columns: Int) -> Int { Places(rows: rows, columns: columns).count }

  /// Where the matrix is to be put before `orthogonalize`.
  func input(rows: Int, columns: Int) -> Matrix {
    Matrix(buffer.start, rows: rows, columns: columns)
  }

  /// Brings the singular values of the input near 1.
  ///
  /// - Parameter epsilon: The least norm that the input is divided by.
  /// - Returns: A matrix of the input's shape, valid until the next call.
  func orthogonalize(rows: Int, columns: Int, epsilon: Float = 1e-7) -> Matrix {
    let x = input(rows: rows, columns: columns)
    let out = Matrix(buffer.start + places.output, rows: rows, columns: columns)
    let packed = buffer.start + places.packed
    let C = min(rows, columns)
    /// One of five C x C matrices.
    func square(_ index: Int) -> Matrix {
      let start = buffer.start + places.squares + index * C * Matrix.stride(columns: C)
      return Matrix(start, rows: C, columns: C)
    }
    var (A, S, P, Q, T) = (square(0), square(1), square(2), square(3), square(4))
    func pack(_ matrix: Matrix) -> PackedMatrix {
      let result = PackedMatrix(start: packed, rows: matrix.rows, columns: matrix.columns)
      result.pack(matrix, rows: 0..<matrix.rows)
      return result
    }

    // A = X X^T or X^T X, divided by the squared norm, which is its trace.
    if rows <= columns {
      let transposed = PackedMatrix(start: packed, rows: columns, columns: rows)
      indices.withUnsafeBufferPointer {
        transposed.gather(transposed: x, rows: UnsafeBufferPointer(rebasing: $0[..<rows]))
      }
      Self.multiplySymmetric(A, x, transposed)
    } else {
      let flat = Matrix(unpadded: packed, rows: C, columns: C)
      let step = MatrixProduct.panelsAtOnce
      for panel in stride(from: 0, to: PackedMatrix.panels(columns: C), by: step) {
        MatrixProduct.multiplyTransposed(
          dB: flat, dBias: nil, a: x, dOut: x, rows: rows,
          block: 0..<min(C, (panel + step) * PackedMatrix.width), panel: panel, adding: false)
      }
      for i in 0..<C { A.row(i).update(from: flat.row(i), count: C) }
      Self.mirror(A)
    }
    var trace: Float = 0
    for i in 0..<C { trace += A.row(i)[i] }
    let inverse = 1 / max(trace.squareRoot(), epsilon)
    Self.combine(A, inverse * inverse, A, 0, A)

    for (index, step) in steps.enumerated() {
      let isLast = index + 1 == steps.count
      let packedA = pack(A)
      Self.multiplySymmetric(S, A, packedA)
      Self.combine(P, step.b, A, step.c, S)
      for i in 0..<C { P.row(i)[i] += step.a }
      // All of these commute: T = P A, Q = Q P, A = T P.
      if !isLast { Self.multiplySymmetric(T, P, packedA) }
      let packedP = pack(P)
      if !isLast { Self.multiplySymmetric(A, T, packedP) }
      if index > 0 { Self.multiplySymmetric(S, Q, packedP) }
      (Q, P, S) = index > 0 ? (S, P, Q) : (P, Q, S)
    }
    Self.combine(Q, inverse, Q, 0, Q)

    if rows <= columns {
      MatrixProduct.multiply(out: out, a: Q, b: pack(x), rows: 0..<rows)
    } else {
      MatrixProduct.multiply(out: out, a: x, b: pack(Q), rows: 0..<rows)
    }
    return out
  }

  /// Computes `out = a B` where that is symmetric: the panels down to the diagonal, and their
  /// mirror.
  ///
  /// Of 64 columns that is five eighths of the product.
  private static func multiplySymmetric(_ out: Matrix, _ a: Matrix, _ B: PackedMatrix) {
    let step = MatrixProduct.panelsAtOnce
    for panel in stride(from: 0, to: PackedMatrix.panels(columns: out.columns), by: step) {
      let first = panel * PackedMatrix.width
      let columns = min(step * PackedMatrix.width, out.columns - first)
      let part = Matrix(out, from: first, columns: columns)
      MatrixProduct.multiply(
        out: part, a: a,
        b: PackedMatrix(start: B.panel(panel), rows: B.rows, columns: part.columns),
        rows: 0..<min(out.rows, first + columns))
    }
    mirror(out)
  }

  /// Copies what lies above the diagonal blocks of 16 to below them.
  private static func mirror(_ matrix: Matrix) {
    let whole = matrix.columns & ~7
    for i in stride(from: 0, to: whole, by: 8) {
      for j in stride(from: 0, to: i & ~15, by: 8) {
        PackedMatrix.transpose(matrix.row(i) + j, apart: matrix.stride) {
          UnsafePointer(matrix.row(j + $0)) + i
        }
      }
    }
    for i in whole..<matrix.columns {
      for j in 0..<i & ~15 { matrix.row(i)[j] = matrix.row(j)[i] }
    }
  }

  /// Computes `out = x X + y Y`, of padded rows.
  @inline(__always)
  private static func combine(
    _ out: Matrix, _ x: Float, _ X: Matrix, _ y: Float, _ Y: Matrix
  ) {
    assert(out.isPadded && X.isPadded && Y.isPadded)
    for i in 0..<out.rows {
      let (to, a, b) = (out.row(i), X.row(i), Y.row(i))
      for j in stride(from: 0, to: out.columns, by: 16) {
        to.store((b.wideVector(j) * y).addingProduct(a.wideVector(j), x), j)
      }
    }
  }
}
