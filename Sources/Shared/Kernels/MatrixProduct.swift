// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Processor

/// The three products of a linear layer: `out = A B`, `dA = dOut B^T`, `dB = A^T dOut`.
///
/// All three are made of tiles of 6 rows and two vectors: 16 columns with AVX2, 32 with AVX-512, 16
/// for what is left. Twelve sums, two vectors of the right-hand side and one broadcast float of the
/// left-hand side are 15 of the 16 registers of AVX2. Each step of the inner loop is twelve
/// multiply-adds for eight loads, and twelve sums are as many as wait for each other's latency.
///
/// An element is the sum over k in rising order, each term added by a fused multiply-add, whatever
/// the tile or the thread that computes it. An element of `A^T dOut` is the sum of such sums over
/// 128 rows or fewer, added in rising order.
///
/// On one core of an AMD EPYC (Zen 5, 2026) whose peaks for independent multiply-adds were 265 and 132
/// GFLOP/s in the same run, in GFLOP/s, with AVX-512 and with AVX2:
///
///     m x n x k             A B (and dOut B^T)   A^T dOut
///     174 x 192 x   64      261   134            245   126
///     174 x  64 x  256      263   134            251   129
///     174 x  27 x   64      218   112            180    76
///     322 x 1536 x 384      249   128            237   116
///     322 x 384 x 1536      255   127            234   110
///     1170 x 192 x  64      263   130            241   120
///     4000 x 192 x  64      250   127            218   114
///
/// With tiles of 16 columns AVX-512 reaches 205 and 195, and 147 for A^T dOut at a width of 1536.
///
/// Both are functions of their own, wherever they are called from. Inlined into a long caller, the
/// inner loop came to spill its registers, and a step of training took 2.3 times as long.
enum MatrixProduct {
  /// Rows of a tile.
  static let tileRows = 6

  /// How many panels of columns a tile may have.
  static let panelsAtOnce = FLOATS_OF_A_REGISTER == 16 ? 2 : 1

  /// Columns of a panel of a tile.
  static let panelColumns = PackedMatrix.width

  /// Computes rows of `out = A B`, plus a bias and a residual where they are given.
  ///
  ///     out[m, n] = bias[n] + sum over k of A[m, k] * B[k, n] + residual[m, n]
  ///
  /// The backward product `dA = dOut B^T` is the same with B packed transposed.
  ///
  /// - Parameters:
  ///   - out: (rows, N); written in whole tiles where it is padded, else exactly.
  ///   - a: (rows, K).
  ///   - b: (K, N), packed.
  ///   - bias: (N).
  ///   - residual: (rows, N); may be `out`.
  ///   - rows: The rows to compute.
  @inline(never)
  static func multiply(
    out: Matrix, a: Matrix, b: PackedMatrix, bias: Matrix? = nil, residual: Matrix? = nil,
    rows: Range<Int>
  ) {
    let N = out.columns
    assert(out.holds(rows: rows, columns: b.columns) && a.holds(rows: rows, columns: b.rows))
    assert(bias?.holds(N) ?? true)
    assert(residual?.holds(rows: rows, columns: N) ?? true)
    guard let last = rows.last else { return }
    var panel = 0
    while panel < PackedMatrix.panels(columns: N) {
      if panelsAtOnce == 2 && N &- panel &* panelColumns > panelColumns {
        multiply(
          WideTile(), out: out, a: a, b: b, bias: bias, residual: residual,
          rows: rows.lowerBound...last, panel: panel)
        panel &+= 2
      } else {
        multiply(
          Tile(), out: out, a: a, b: b, bias: bias, residual: residual,
          rows: rows.lowerBound...last, panel: panel)
        panel &+= 1
      }
    }
  }

  /// Computes rows of one panel of columns, or of two.
  @inline(never)
  private static func multiply<T: ProductTile>(
    _ empty: T, out: Matrix, a: Matrix, b: PackedMatrix, bias: Matrix?, residual: Matrix?,
    rows: ClosedRange<Int>, panel: Int
  ) {
    let K = a.columns
    let column = panel &* panelColumns
    let columns = min(T.columns, out.columns &- column)
    let isWhole = out.isPadded || columns == T.columns
    let packed = UnsafePointer(b.panel(panel))
    let apart = K &* panelColumns
    let last = rows.upperBound
    var row = rows.lowerBound
    while row <= last {
      // Where there are fewer than six rows left, the last one is computed again in place of each
      // missing one, and not stored again.
      var tile = empty
      if let bias { tile.fill(bias.start + column) }
      let a0 = UnsafePointer(a.row(row))
      let a1 = UnsafePointer(a.row(min(row &+ 1, last)))
      let a2 = UnsafePointer(a.row(min(row &+ 2, last)))
      let a3 = UnsafePointer(a.row(min(row &+ 3, last)))
      let a4 = UnsafePointer(a.row(min(row &+ 4, last)))
      let a5 = UnsafePointer(a.row(min(row &+ 5, last)))
      var k = 0
      var step = packed
      while k < K {
        tile.addProduct(step, apart: apart, a0[k], a1[k], a2[k], a3[k], a4[k], a5[k])
        step += panelColumns
        k &+= 1
      }
      let count = min(tileRows, last &- row &+ 1)
      if let residual {
        tile.add(residual.row(row) + column, stride: residual.stride, rows: count)
      }
      let place = out.row(row) + column
      if isWhole {
        tile.store(place, stride: out.stride, rows: count)
      } else {
        tile.store(place, stride: out.stride, rows: count, columns: columns)
      }
      row &+= tileRows
    }
  }

  /// Computes a block of `dB = A^T dOut`, and of the bias's gradient, the sum of the rows of dOut.
  ///
  ///     dB[k, n] = sum over rows m of A[m, k] * dOut[m, n]
  ///
  /// - Parameters:
  ///   - dB: (K, N), without padding.
  ///   - dBias: (N), written along with the block that holds row 0 of dB, or nil.
  ///   - a: (rows, K).
  ///   - dOut: (rows, N).
  ///   - rows: How many rows there are.
  ///   - block: The rows of dB to compute; begins at a multiple of 6.
  ///   - panel: The first of `panelsAtOnce` panels of dB to compute, or of those that there are.
  ///   - adding: Whether the sums are added to what is in dB and dBias.
  static func multiplyTransposed(
    dB: Matrix, dBias: Matrix?, a: Matrix, dOut: Matrix, rows: Int, block: Range<Int>, panel: Int,
    adding: Bool
  ) {
    let N = dOut.columns
    assert(a.holds(rows: 0..<rows, columns: dB.rows) && dOut.holds(rows: 0..<rows, columns: N))
    assert(dB.holds(rows: block, columns: N) && dB.stride == N && dBias?.holds(N) ?? true)
    assert(block.lowerBound % tileRows == 0 && panel % panelsAtOnce == 0)
    assert(panel < PackedMatrix.panels(columns: N))
    let column = panel &* panelColumns
    if panelsAtOnce == 2 && N &- column > panelColumns {
      multiplyTransposed(
        WideTile(), dB: dB, a: a, dOut: dOut, rows: rows, block: block, column: column,
        adding: adding)
    } else {
      multiplyTransposed(
        Tile(), dB: dB, a: a, dOut: dOut, rows: rows, block: block, column: column, adding: adding)
    }
    if let dBias, block.lowerBound == 0 {
      for column in stride(
        from: column, to: min(N, column + panelsAtOnce * panelColumns), by: panelColumns)
      {
        sumRows(
          out: dBias.start + column, columns: min(panelColumns, N - column), of: dOut, from: column,
          rows: rows,
          adding: adding)
      }
    }
  }

  /// Computes a block of the columns of one panel of dB, or of two.
  @inline(never)
  private static func multiplyTransposed<T: ProductTile>(
    _ empty: T, dB: Matrix, a: Matrix, dOut: Matrix, rows: Int, block: Range<Int>, column: Int,
    adding: Bool
  ) {
    let columns = min(T.columns, dB.columns &- column)
    let isWhole = columns == T.columns
    // Up to 128 rows of the panels of dOut, and of the one or two lines of A that a tile reads in
    // each, stay in the first-level cache for all tiles.
    let chunks = max(1, (rows &+ 127) / 128)
    let chunkRows = (rows &+ chunks &- 1) / chunks
    var first = 0
    repeat {
      let end = min(first &+ chunkRows, rows)
      var k = block.lowerBound
      while k < block.upperBound {
        let count = min(tileRows, block.upperBound &- k)
        let place = dB.row(k) + column
        var tile = empty
        var left = UnsafePointer(a.row(first)) + k
        var right = UnsafePointer(dOut.row(first)) + column
        for _ in first..<end {
          tile.addProduct(
            right, apart: panelColumns, left[0], left[1], left[2], left[3], left[4], left[5])
          left += a.stride
          right += dOut.stride
        }
        // Added last, so that the multiply-adds need not wait for what comes from the outer caches.
        if first > 0 || adding {
          if isWhole {
            tile.add(place, stride: dB.stride, rows: count)
          } else {
            tile.add(place, stride: dB.stride, rows: count, columns: columns)
          }
        }
        if isWhole {
          tile.store(place, stride: dB.stride, rows: count)
        } else {
          tile.store(place, stride: dB.stride, rows: count, columns: columns)
        }
        k &+= tileRows
      }
      first = end
    } while first < rows
  }

  /// Sums up to 16 columns over all rows, in rising order.
  private static func sumRows(
    out: UnsafeMutablePointer<Float>, columns: Int, of matrix: Matrix, from column: Int, rows: Int,
    adding: Bool
  ) {
    var sums = WideVector()
    if adding { for j in 0..<columns { sums[j] = out[j] } }
    for row in 0..<rows { sums += matrix.row(row).wideVector(column) }
    for j in 0..<columns { out[j] = sums[j] }
  }
}
