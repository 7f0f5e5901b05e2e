/// Dropout, scaled while training (Srivastava and others 2014, section 10; PyTorch's `dropout`), with
/// masks that are computed where they are needed and never stored.
///
///     out[c] = 0 where bits(row, c) < p 2^32,  else x[c] / (1 - p)
///
/// The bits are a hash of the row's key, of a number that names the mask, and of the channel. So a mask
/// is the same on any thread, in any order of rows, and each time that it is computed; rows of equal
/// keys have equal masks. The hash decides what is left out; it is not a source of random numbers for
/// other uses.
struct Dropout {
  /// The key of each row.
  private let keys: UnsafePointer<UInt64>

  /// What names the mask.
  private let name: UInt64

  /// p 2^32, rounded.
  private let threshold: UInt32

  /// What is not left out is multiplied by this.
  private let scale: Float

  /// Prepares a mask.
  ///
  /// - Parameters:
  ///   - p: The probability that a channel of a row is left out, in 0..<1.
  ///   - keys: One for each row.
  ///   - name: Which mask it is of those with the same keys.
  init(_ p: Double, keys: UnsafePointer<UInt64>, name: UInt64) {
    assert(p >= 0 && p < 1)
    self.keys = keys
    self.name = name
    threshold = UInt32(p * 0x1p32)
    scale = Float(1 / (1 - p))
  }

  /// Mixes 64 bits (Steele, Lea and Flood 2014, figure 17, SplitMix64): each of them changes half of
  /// the result on average.
  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z &>> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z &>> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z &>> 31
  }

  /// Multiplies rows by the mask, in their place.
  ///
  /// - Parameters:
  ///   - x: (rows, columns), padded.
  ///   - rows: The rows to multiply.
  func apply(to x: Matrix, rows: Range<Int>) {
    assert(x.holds(rows: rows, columns: x.columns) && x.isPadded)
    for row in rows {
      let mask = mask(of: row)
      let values = x.row(row)
      for c in stride(from: 0, to: x.columns, by: 16) {
        values.store(values.wideVector(c) * mask[c], c)
      }
    }
  }

  /// The mask of a row.
  @inline(__always)
  func mask(of row: Int) -> Mask {
    let key = Self.mix(keys[row] ^ name)
    return Mask(
      low: UInt32(truncatingIfNeeded: key), high: UInt32(truncatingIfNeeded: key &>> 32),
      threshold: threshold, scale: Int32(bitPattern: scale.bitPattern))
  }

  /// The factors of a row's channels: zero or the scale.
  struct Mask {
    fileprivate let low: UInt32
    fileprivate let high: UInt32
    fileprivate let threshold: UInt32
    /// The bits of the scale.
    fileprivate let scale: Int32

    /// Those of sixteen channels.
    ///
    /// The bits of a channel are a hash of its number, whose two rounds are begun with one half each of
    /// the row's key. The constants are those that Wellons found to leave the least bias (2018, "Prospecting
    /// for hash functions", lowbias32).
    @inline(__always)
    subscript(channel: Int) -> WideVector {
      let lanes = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
      var x = lanes &+ (low &+ UInt32(truncatingIfNeeded: channel))
      x ^= x &>> 16
      x &*= 0x7FEB_352D
      x ^= high
      x ^= x &>> 15
      x &*= 0x846C_A68B
      x ^= x &>> 16
      // The borrow of `x - threshold`, spread over the lane: a comparison of unsigned lanes would be
      // compiled to a loop over them.
      let t = SIMD16(repeating: threshold)
      let borrow = (~x & t) | (~(x ^ t) & (x &- t))
      let isLeftOut = unsafeBitCast(borrow, to: SIMD16<Int32>.self) &>> 31
      return unsafeBitCast(scale & ~isLeftOut, to: WideVector.self)
    }
  }
}
