/// A tile of a product: six rows of the columns of one panel, or of two.
///
/// What it reads and writes begins at its first column.
protocol ProductTile {
  /// How many columns it has.
  static var columns: Int { get }

  /// Sets every row to the same floats.
  mutating func fill(_ row: UnsafeMutablePointer<Float>)

  /// Adds the product of a column of six and a row, whose panels are `apart` floats from each other.
  mutating func addProduct(
    _ row: UnsafePointer<Float>, apart: Int,
    _ x0: Float, _ x1: Float, _ x2: Float, _ x3: Float, _ x4: Float, _ x5: Float)

  /// Adds up to six rows.
  mutating func add(_ source: UnsafeMutablePointer<Float>, stride: Int, rows: Int)

  /// Adds up to six rows of the first columns.
  mutating func add(_ source: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int)

  /// Writes up to six rows.
  func store(_ target: UnsafeMutablePointer<Float>, stride: Int, rows: Int)

  /// Writes up to six rows of the first columns.
  func store(_ target: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int)
}

extension MatrixProduct {
  /// Two panels: twelve registers of AVX-512.
  struct WideTile: ProductTile {
    private var left = Tile()
    private var right = Tile()

    static let columns = 2 * Tile.columns

    @inline(__always)
    init() {}

    @inline(__always)
    mutating func fill(_ row: UnsafeMutablePointer<Float>) {
      left.fill(row)
      right.fill(row + Tile.columns)
    }

    @inline(__always)
    mutating func addProduct(
      _ row: UnsafePointer<Float>, apart: Int,
      _ x0: Float, _ x1: Float, _ x2: Float, _ x3: Float, _ x4: Float, _ x5: Float
    ) {
      left.addProduct(row, apart: apart, x0, x1, x2, x3, x4, x5)
      right.addProduct(row + apart, apart: apart, x0, x1, x2, x3, x4, x5)
    }

    @inline(__always)
    mutating func add(_ source: UnsafeMutablePointer<Float>, stride: Int, rows: Int) {
      left.add(source, stride: stride, rows: rows)
      right.add(source + Tile.columns, stride: stride, rows: rows)
    }

    @inline(__always)
    mutating func add(
      _ source: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int
    ) {
      left.add(source, stride: stride, rows: rows)
      right.add(
        source + Tile.columns, stride: stride, rows: rows, columns: columns - Tile.columns)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, stride: Int, rows: Int) {
      left.store(target, stride: stride, rows: rows)
      right.store(target + Tile.columns, stride: stride, rows: rows)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int) {
      left.store(target, stride: stride, rows: rows)
      right.store(
        target + Tile.columns, stride: stride, rows: rows, columns: columns - Tile.columns)
    }
  }

  /// One panel: twelve registers of AVX2, or six of AVX-512.
  struct Tile: ProductTile {
    private var r0 = WideVector()
    private var r1 = WideVector()
    private var r2 = WideVector()
    private var r3 = WideVector()
    private var r4 = WideVector()
    private var r5 = WideVector()

    @inline(__always)
    init() {}

    static let columns = panelColumns

    @inline(__always)
    mutating func fill(_ row: UnsafeMutablePointer<Float>) {
      let row = row.wideVector(0)
      (r0, r1, r2, r3, r4, r5) = (row, row, row, row, row, row)
    }

    @inline(__always)
    mutating func addProduct(
      _ row: UnsafePointer<Float>, apart _: Int,
      _ x0: Float, _ x1: Float, _ x2: Float, _ x3: Float, _ x4: Float, _ x5: Float
    ) {
      let row = row.wideVector(0)
      r0.addProduct(row, x0)
      r1.addProduct(row, x1)
      r2.addProduct(row, x2)
      r3.addProduct(row, x3)
      r4.addProduct(row, x4)
      r5.addProduct(row, x5)
    }

    @inline(__always)
    mutating func add(_ source: UnsafeMutablePointer<Float>, stride: Int, rows: Int) {
      r0 += source.wideVector(0)
      if rows > 1 { r1 += source.wideVector(stride) }
      if rows > 2 { r2 += source.wideVector(2 &* stride) }
      if rows > 3 { r3 += source.wideVector(3 &* stride) }
      if rows > 4 { r4 += source.wideVector(4 &* stride) }
      if rows > 5 { r5 += source.wideVector(5 &* stride) }
    }

    /// Adds another tile.
    @inline(__always)
    private mutating func add(_ other: Tile) {
      r0 += other.r0
      r1 += other.r1
      r2 += other.r2
      r3 += other.r3
      r4 += other.r4
      r5 += other.r5
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, stride: Int, rows: Int) {
      target.store(r0, 0)
      if rows > 1 { target.store(r1, stride) }
      if rows > 2 { target.store(r2, 2 &* stride) }
      if rows > 3 { target.store(r3, 3 &* stride) }
      if rows > 4 { target.store(r4, 4 &* stride) }
      if rows > 5 { target.store(r5, 5 &* stride) }
    }

    @inline(__always)
    mutating func add(
      _ source: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int
    ) {
      add(.partial(source, stride: stride, rows: rows, columns: columns))
    }

    /// Up to six rows of the first of sixteen floats.
    ///
    /// Rare, so not inlined; by value, so that the tile stays in registers.
    @inline(never)
    static func partial(
      _ source: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int
    ) -> Tile {
      var tile = Tile()
      tile.r0 = source.wideVector(0, count: columns)
      if rows > 1 { tile.r1 = source.wideVector(stride, count: columns) }
      if rows > 2 { tile.r2 = source.wideVector(2 &* stride, count: columns) }
      if rows > 3 { tile.r3 = source.wideVector(3 &* stride, count: columns) }
      if rows > 4 { tile.r4 = source.wideVector(4 &* stride, count: columns) }
      if rows > 5 { tile.r5 = source.wideVector(5 &* stride, count: columns) }
      return tile
    }

    @inline(never)
    func store(_ target: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int) {
      target.store(r0, 0, count: columns)
      if rows > 1 { target.store(r1, stride, count: columns) }
      if rows > 2 { target.store(r2, 2 &* stride, count: columns) }
      if rows > 3 { target.store(r3, 3 &* stride, count: columns) }
      if rows > 4 { target.store(r4, 4 &* stride, count: columns) }
      if rows > 5 { target.store(r5, 5 &* stride, count: columns) }
    }
  }
}
