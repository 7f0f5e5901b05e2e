/// An n-gram packed into the bits of an integer, the first token in the highest of those that it uses.
protocol NGramKey: BitwiseCopyable, Comparable, Sendable {
  /// How many bits there are.
  static var width: Int { get }

  /// The key of boundaries alone.
  static var zero: Self { get }

  /// The key with one more token at the end.
  func appending(_ token: UInt32, bits: Int) -> Self

  /// The token that has `others` tokens after it.
  func token(before others: Int, bits: Int) -> UInt32

  /// Bits that are well mixed, the highest best.
  var mixed: UInt64 { get }
}

extension UInt64: NGramKey {
  static var width: Int { 64 }

  @inline(__always)
  func appending(_ token: UInt32, bits: Int) -> UInt64 { self &<< UInt64(bits) | UInt64(token) }

  @inline(__always)
  func token(before others: Int, bits: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: self &>> UInt64(others * bits)) & (1 &<< UInt32(bits) &- 1)
  }

  /// A product with an odd constant: 2^64 over the golden ratio.
  @inline(__always)
  var mixed: UInt64 { self &* 0x9E37_79B9_7F4A_7C15 }
}

extension UInt128: NGramKey {
  static var width: Int { 128 }

  func appending(_ token: UInt32, bits: Int) -> UInt128 { self &<< UInt128(bits) | UInt128(token) }

  func token(before others: Int, bits: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: self &>> UInt128(others * bits)) & (1 &<< UInt32(bits) &- 1)
  }

  var mixed: UInt64 {
    (UInt64(truncatingIfNeeded: self).mixed ^ UInt64(truncatingIfNeeded: self >> 64)).mixed
  }
}

/// A key of 256 bits: twelve tokens of 21 bits, which any character fits into.
struct WideKey: NGramKey {
  var high: UInt128
  var low: UInt128

  static var width: Int { 256 }
  static var zero: WideKey { WideKey(high: 0, low: 0) }

  func appending(_ token: UInt32, bits: Int) -> WideKey {
    WideKey(
      high: high << UInt128(bits) | low >> UInt128(128 - bits),
      low: low << UInt128(bits) | UInt128(token))
  }

  func token(before others: Int, bits: Int) -> UInt32 {
    let shift = others * bits
    let value =
      shift >= 128
      ? high >> UInt128(shift - 128)
      : low >> UInt128(shift) | (shift == 0 ? 0 : high << UInt128(128 - shift))
    return UInt32(truncatingIfNeeded: value) & (1 << UInt32(bits) - 1)
  }

  var mixed: UInt64 { (low.mixed ^ high.mixed &* 3).mixed }

  static func < (left: WideKey, right: WideKey) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  static func == (left: WideKey, right: WideKey) -> Bool {
    left.low == right.low && left.high == right.high
  }
}
