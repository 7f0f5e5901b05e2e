/// Eight floats: what one AVX2 register holds.
typealias Vector = SIMD8<Float>

/// Sixteen floats: one AVX-512 register, or two of AVX2.
typealias WideVector = SIMD16<Float>

extension UnsafePointer where Pointee == Float {
  /// The sixteen floats that begin at an index, of any alignment.
  @inline(__always)
  func wideVector(_ index: Int) -> WideVector {
    UnsafeRawPointer(self + index).loadUnaligned(as: WideVector.self)
  }

  /// The eight floats that begin at an index, of any alignment.
  @inline(__always)
  func vector(_ index: Int) -> Vector {
    UnsafeRawPointer(self + index).loadUnaligned(as: Vector.self)
  }
}

extension UnsafeMutablePointer where Pointee == Float {
  /// The sixteen floats that begin at an index, of any alignment.
  @inline(__always)
  func wideVector(_ index: Int) -> WideVector {
    UnsafeRawPointer(self + index).loadUnaligned(as: WideVector.self)
  }

  /// The eight floats that begin at an index, of any alignment.
  @inline(__always)
  func vector(_ index: Int) -> Vector {
    UnsafeRawPointer(self + index).loadUnaligned(as: Vector.self)
  }

  /// Writes eight floats from an index on.
  @inline(__always)
  func store(_ value: Vector, _ index: Int) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: value, as: Vector.self)
  }

  /// Writes sixteen floats from an index on.
  @inline(__always)
  func store(_ value: WideVector, _ index: Int) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: value, as: WideVector.self)
  }
}

extension UnsafeMutablePointer where Pointee == Float {
  /// The first of sixteen floats that begin at an index, and zeros after them.
  @inline(__always)
  func wideVector(_ index: Int, count: Int) -> WideVector {
    if count >= 16 { return wideVector(index) }
    var vector = WideVector()
    for i in 0..<count { vector[i] = self[index &+ i] }
    return vector
  }

  /// Writes the first floats of sixteen, at least one, and nothing after them.
  @inline(__always)
  func store(_ value: WideVector, _ index: Int, count: Int) {
    if count >= 16 { return store(value, index) }
    var to = self + index
    var eight = value.lowHalf
    if count & 8 != 0 {
      to.store(eight, 0)
      (eight, to) = (value.highHalf, to + 8)
    }
    var four = eight.lowHalf
    if count & 4 != 0 {
      UnsafeMutableRawPointer(to).storeBytes(of: four, as: SIMD4<Float>.self)
      (four, to) = (eight.highHalf, to + 4)
    }
    var two = four.lowHalf
    if count & 2 != 0 {
      UnsafeMutableRawPointer(to).storeBytes(of: two, as: SIMD2<Float>.self)
      (two, to) = (four.highHalf, to + 2)
    }
    if count & 1 != 0 { to[0] = two.x }
  }
}

extension SIMD16 where Scalar == Float {
  /// The sum of the lanes: those of both halves are added, and then as eight are.
  @inline(__always)
  var total: Float { (lowHalf + highHalf).total }

  /// The largest lane.
  @inline(__always)
  var largest: Float {
    lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf).largest
  }
}

extension SIMD8 where Scalar == Float {
  /// The sum of the lanes, in the order `((0+4)+(2+6)) + ((1+5)+(3+7))`.
  @inline(__always)
  var total: Float {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// The largest lane.
  @inline(__always)
  var largest: Float {
    let four = lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two.x > two.y ? two.x : two.y
  }
}
