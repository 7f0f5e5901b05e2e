extension MatrixProduct {
  /// Six rows of sixteen sums: twelve registers of AVX2, or six of AVX-512.
  struct Tile {
    private var r0 = WideVector()
    private var r1 = WideVector()
    private var r2 = WideVector()
    private var r3 = WideVector()
    private var r4 = WideVector()
    private var r5 = WideVector()

    @inline(__always)
    init() {}

    /// Sets every row to the same sixteen floats.
    @inline(__always)
    mutating func fill(_ row: WideVector) {
      (r0, r1, r2, r3, r4, r5) = (row, row, row, row, row, row)
    }

    /// Adds the product of a column of six and a row of sixteen.
    @inline(__always)
    mutating func addProduct(
      _ row: WideVector,
      _ x0: Float, _ x1: Float, _ x2: Float, _ x3: Float, _ x4: Float, _ x5: Float
    ) {
      r0.addProduct(row, x0)
      r1.addProduct(row, x1)
      r2.addProduct(row, x2)
      r3.addProduct(row, x3)
      r4.addProduct(row, x4)
      r5.addProduct(row, x5)
    }

    /// Adds up to six rows of sixteen floats.
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
    mutating func add(_ other: Tile) {
      r0 += other.r0
      r1 += other.r1
      r2 += other.r2
      r3 += other.r3
      r4 += other.r4
      r5 += other.r5
    }

    /// Writes up to six rows of sixteen floats.
    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, stride: Int, rows: Int) {
      target.store(r0, 0)
      if rows > 1 { target.store(r1, stride) }
      if rows > 2 { target.store(r2, 2 &* stride) }
      if rows > 3 { target.store(r3, 3 &* stride) }
      if rows > 4 { target.store(r4, 4 &* stride) }
      if rows > 5 { target.store(r5, 5 &* stride) }
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

    /// Writes up to six rows of the first of sixteen floats.
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
