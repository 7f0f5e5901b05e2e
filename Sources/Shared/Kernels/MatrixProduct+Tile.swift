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

    /// Reads up to six rows of up to sixteen floats.
    @inline(__always)
    mutating func load(_ source: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int)
    {
      guard columns < tileColumns else { return add(source, stride: stride, rows: rows) }
      self = withUnsafeTemporaryAllocation(of: Float.self, capacity: tileRows * tileColumns) {
        guard let scratch = $0.baseAddress else { return Tile() }
        scratch.initialize(repeating: 0, count: tileRows * tileColumns)
        for row in 0..<rows {
          for column in 0..<columns {
            scratch[row &* tileColumns &+ column] = source[row &* stride &+ column]
          }
        }
        var tile = Tile()
        tile.add(scratch, stride: tileColumns, rows: tileRows)
        return tile
      }
    }

    /// Writes up to six rows of up to sixteen floats.
    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int) {
      guard columns < tileColumns else { return store(target, stride: stride, rows: rows) }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: tileRows * tileColumns) {
        guard let scratch = $0.baseAddress else { return }
        store(scratch, stride: tileColumns, rows: tileRows)
        for row in 0..<rows {
          for column in 0..<columns {
            target[row &* stride &+ column] = scratch[row &* tileColumns &+ column]
          }
        }
      }
    }
  }
}
