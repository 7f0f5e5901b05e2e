/// Packs the right-hand side of a product into panels of 16 columns.
///
///     panel[k][j] = B[k, 16 p + j],  zero behind the last column
///
/// A panel is read from beginning to end by the product's inner loop: 64 bytes a step, whatever the
/// width of the matrix.
enum PackedMatrix {
  /// How many columns a panel has.
  static let width = 16

  /// How many panels so many columns take.
  @inline(__always)
  static func panels(columns: Int) -> Int { (columns + width - 1) / width }

  /// How many floats a packed matrix takes.
  static func count(rows: Int, columns: Int) -> Int { panels(columns: columns) * rows * width }

  /// Packs one panel of B = `source`, (rows, columns), row-major without padding.
  static func pack(
    panel: UnsafeMutablePointer<Float>, index: Int, source: UnsafePointer<Float>,
    rows: Int, columns: Int
  ) {
    let first = index &* width
    let valid = min(width, columns &- first)
    for k in 0..<rows {
      let from = source + (k &* columns &+ first)
      let to = panel + k &* width
      if valid == width {
        to.store(from.vector(0), 0)
        to.store(from.vector(8), 8)
      } else {
        for j in 0..<width { to[j] = j < valid ? from[j] : 0 }
      }
    }
  }

  /// Packs one panel of B = `source` transposed: `source` is (columns, rows), row-major without
  /// padding.
  static func pack(
    panel: UnsafeMutablePointer<Float>, index: Int, transposed source: UnsafePointer<Float>,
    rows: Int, columns: Int
  ) {
    let first = index &* width
    let valid = min(width, columns &- first)
    if valid < width { panel.update(repeating: 0, count: rows &* width) }
    for j in 0..<valid {
      let from = source + (first &+ j) &* rows
      for k in 0..<rows { panel[k &* width &+ j] = from[k] }
    }
  }
}
