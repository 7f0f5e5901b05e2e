// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The three products of a linear layer: `out = A B`, `dA = dOut B^T`, `dB = A^T dOut`.
///
/// All three are made of tiles of 6 rows and 16 columns. A tile is twelve vectors of eight floats;
/// with two vectors of the right-hand side and one broadcast float of the left-hand side that is 15
/// of the 16 registers of AVX2. Each step of the inner loop is twelve multiply-adds for eight loads.
/// With AVX-512 a step is six multiply-adds for seven loads. Cores that split each of them in two
/// gain nothing at the peak, but they look twice as many steps ahead, which hides the latency of the
/// outer caches.
///
/// An element is the sum over k in rising order, each term added by a fused multiply-add, whatever
/// the tile or the thread that computes it. An element of `A^T dOut` is the sum of such sums over
/// 128 rows or fewer, added in rising order.
///
/// On one core of an AMD EPYC (Zen 4, 2025) whose peak for independent multiply-adds of eight floats
/// was 118 GFLOP/s in the same run, in GFLOP/s, with AVX-512 and with AVX2:
///
///     m x n x k             A B (and dOut B^T)   A^T dOut
///     174 x 192 x   64      116   113            107   104
///     174 x  64 x  256      117   115            114   111
///     174 x  27 x   64       97    95             89    89
///     322 x 1536 x 384      117   114            103    93
///     322 x 384 x 1536      117   114            101    96
///     1170 x 192 x  64      116   113             88    74
///     4000 x 192 x  64      116   113             80    66
///
/// Sums over many rows read them from the third-level cache and from memory, and wait for it.
///
/// Both are functions of their own, wherever they are called from. Inlined into a long caller, the
/// inner loop came to spill its registers, and a step of training took 2.3 times as long.
enum MatrixProduct {
  /// Rows of a tile.
  static let tileRows = 6

  /// Columns of a tile.
  static let tileColumns = PackedMatrix.width

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
    let K = a.columns
    let N = out.columns
    assert(out.holds(rows: rows, columns: b.columns) && a.holds(rows: rows, columns: b.rows))
    assert(bias?.holds(N) ?? true)
    assert(residual?.holds(rows: rows, columns: N) ?? true)
    guard let last = rows.last else { return }
    for panel in 0..<PackedMatrix.panels(columns: N) {
      let column = panel &* tileColumns
      let packed = UnsafePointer(b.panel(panel))
      var row = rows.lowerBound
      while row <= last {
        // Where there are fewer than six rows left, the last one is computed again in place of each
        // missing one, and not stored again.
        var tile = Tile()
        if let bias { tile.fill(bias.start.wideVector(column)) }
        let a0 = UnsafePointer(a.row(row))
        let a1 = UnsafePointer(a.row(min(row &+ 1, last)))
        let a2 = UnsafePointer(a.row(min(row &+ 2, last)))
        let a3 = UnsafePointer(a.row(min(row &+ 3, last)))
        let a4 = UnsafePointer(a.row(min(row &+ 4, last)))
        let a5 = UnsafePointer(a.row(min(row &+ 5, last)))
        var k = 0
        var step = packed
        while k < K {
          tile.addProduct(step.wideVector(0), a0[k], a1[k], a2[k], a3[k], a4[k], a5[k])
          step += tileColumns
          k &+= 1
        }
        let count = min(tileRows, last &- row &+ 1)
        if let residual {
          tile.add(residual.row(row) + column, stride: residual.stride, rows: count)
        }
        if !out.isPadded && N &- column < tileColumns {
          tile.store(
            out.row(row) + column, stride: out.stride, rows: count, columns: N &- column)
        } else {
          tile.store(out.row(row) + column, stride: out.stride, rows: count)
        }
        row &+= tileRows
      }
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
  ///   - panel: The panel of 16 columns of dB to compute.
  ///   - adding: Whether the sums are added to what is in dB and dBias.
  @inline(never)
  static func multiplyTransposed(
    dB: Matrix, dBias: Matrix?, a: Matrix, dOut: Matrix, rows: Int, block: Range<Int>, panel: Int,
    adding: Bool
  ) {
    let N = dOut.columns
    assert(a.holds(rows: 0..<rows, columns: dB.rows) && dOut.holds(rows: 0..<rows, columns: N))
    assert(dB.holds(rows: block, columns: N) && dB.stride == N && dBias?.holds(N) ?? true)
    assert(block.lowerBound % tileRows == 0 && panel < PackedMatrix.panels(columns: N))
    let column = panel &* tileColumns
    let valid = min(tileColumns, N &- column)
    // Up to 128 rows of a panel of dOut, and of the one or two lines of A that a tile reads in each,
    // stay in the first-level cache for all tiles. At 1170 rows of the default model, which come from
    // the third-level cache, 96 and 128 reach 84 GFLOP/s, 64 reach 82 and 192 79; with AVX2 73, 71, 72
    // and 64.
    let chunks = max(1, (rows &+ 127) / 128)
    let chunkRows = (rows &+ chunks &- 1) / chunks
    var first = 0
    repeat {
      let end = min(first &+ chunkRows, rows)
      var k = block.lowerBound
      while k < block.upperBound {
        let count = min(tileRows, block.upperBound &- k)
        let place = dB.row(k) + column
        var tile = Tile()
        var left = UnsafePointer(a.row(first)) + k
        var right = UnsafePointer(dOut.row(first)) + column
        for _ in first..<end {
          tile.addProduct(
            right.wideVector(0), left[0], left[1], left[2], left[3], left[4], left[5])
          left += a.stride
          right += dOut.stride
        }
        // Added last, so that the multiply-adds need not wait for what comes from the outer caches.
        let isWhole = valid == tileColumns
        if first > 0 || adding {
          if isWhole {
            tile.add(place, stride: N, rows: count)
          } else {
            tile.add(.partial(place, stride: N, rows: count, columns: valid))
          }
        }
        if isWhole {
          tile.store(place, stride: N, rows: count)
        } else {
          tile.store(place, stride: N, rows: count, columns: valid)
        }
        k &+= tileRows
      }
      first = end
    } while first < rows
    if let dBias, block.lowerBound == 0 {
      sumRows(
        out: dBias.start + column, columns: valid, of: dOut, from: column, rows: rows,
        adding: adding)
    }
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
