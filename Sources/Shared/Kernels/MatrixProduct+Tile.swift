extension MatrixProduct {
  /// Six rows of sixteen sums, in twelve registers.
  struct Tile {
    private var l0 = Vector()
    private var h0 = Vector()
    private var l1 = Vector()
    private var h1 = Vector()
    private var l2 = Vector()
    private var h2 = Vector()
    private var l3 = Vector()
    private var h3 = Vector()
    private var l4 = Vector()
    private var h4 = Vector()
    private var l5 = Vector()
    private var h5 = Vector()

    @inline(__always)
    init() {}

    /// Sets every row to the same sixteen floats.
    @inline(__always)
    mutating func fill(_ low: Vector, _ high: Vector) {
      (l0, l1, l2, l3, l4, l5) = (low, low, low, low, low, low)
      (h0, h1, h2, h3, h4, h5) = (high, high, high, high, high, high)
    }

    /// Adds the product of a column of six and a row of sixteen.
    @inline(__always)
    mutating func addProduct(
      _ low: Vector, _ high: Vector,
      _ x0: Float, _ x1: Float, _ x2: Float, _ x3: Float, _ x4: Float, _ x5: Float
    ) {
      l0.addProduct(low, x0)
      h0.addProduct(high, x0)
      l1.addProduct(low, x1)
      h1.addProduct(high, x1)
      l2.addProduct(low, x2)
      h2.addProduct(high, x2)
      l3.addProduct(low, x3)
      h3.addProduct(high, x3)
      l4.addProduct(low, x4)
      h4.addProduct(high, x4)
      l5.addProduct(low, x5)
      h5.addProduct(high, x5)
    }

    /// Adds up to six rows of sixteen floats.
    @inline(__always)
    mutating func add(_ source: UnsafeMutablePointer<Float>, stride: Int, rows: Int) {
      l0 += source.vector(0)
      h0 += source.vector(8)
      if rows > 1 {
        l1 += source.vector(stride)
        h1 += source.vector(stride &+ 8)
      }
      if rows > 2 {
        l2 += source.vector(2 &* stride)
        h2 += source.vector(2 &* stride &+ 8)
      }
      if rows > 3 {
        l3 += source.vector(3 &* stride)
        h3 += source.vector(3 &* stride &+ 8)
      }
      if rows > 4 {
        l4 += source.vector(4 &* stride)
        h4 += source.vector(4 &* stride &+ 8)
      }
      if rows > 5 {
        l5 += source.vector(5 &* stride)
        h5 += source.vector(5 &* stride &+ 8)
      }
    }

    /// Writes up to six rows of sixteen floats.
    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, stride: Int, rows: Int) {
      target.store(l0, 0)
      target.store(h0, 8)
      if rows > 1 {
        target.store(l1, stride)
        target.store(h1, stride &+ 8)
      }
      if rows > 2 {
        target.store(l2, 2 &* stride)
        target.store(h2, 2 &* stride &+ 8)
      }
      if rows > 3 {
        target.store(l3, 3 &* stride)
        target.store(h3, 3 &* stride &+ 8)
      }
      if rows > 4 {
        target.store(l4, 4 &* stride)
        target.store(h4, 4 &* stride &+ 8)
      }
      if rows > 5 {
        target.store(l5, 5 &* stride)
        target.store(h5, 5 &* stride &+ 8)
      }
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
