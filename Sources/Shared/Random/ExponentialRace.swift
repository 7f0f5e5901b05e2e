import Libc

/// How PyTorch draws from a categorical distribution: the index of the largest p[j] / q[j], where
/// the q[j] are exponentials.
///
///     u[j] = (word[2j] * 2^32 + word[2j + 1]) mod 2^53 / 2^53
///     q[j] = Float(-log1p(-u[j]))
///
/// Equivalently the smallest q[j] / p[j] wins, an exponential of rate p[j]: it is a race, and the
/// Gumbel-max trick in another scale. `native/Distributions.cpp` of ATen, `multinomial`.
enum ExponentialRace {
  /// Finds the largest p[j] / q[j]: `torch.argmax`, to which NaN is larger than any number.
  ///
  /// - Parameters:
  ///   - probs: p.
  ///   - exponential: Gives q[j]; called at most once for each j, in order.
  /// - Returns: The first index on a tie.
  @inline(__always)
  static func winner(_ probs: [Float], exponential: (_ j: Int) -> Float) -> Int {
    var winner = 0
    var largest = -Float.infinity
    for (j, p) in probs.enumerated() {
      let ratio = p / exponential(j)
      if ratio.isNaN { return j }
      if ratio > largest { (winner, largest) = (j, ratio) }
    }
    return winner
  }

  /// Computes the exponential that PyTorch makes of two words.
  static func exponential(_ high: UInt32, _ low: UInt32) -> Float {
    let bits = (UInt64(high) << 32 | UInt64(low)) & 0x1F_FFFF_FFFF_FFFF
    return Float(-log1p(-(Double(bits) * 0x1p-53)))
  }

  /// Computes eight exponentials within `relativeError`, from the high and the low words.
  ///
  ///     v = 1 - u = 2^k m      sqrt(1/2) <= m < sqrt(2)      f = m - 1      s = f / (2 + f)
  ///     q = -(k ln 2 + log m)       log m = 2 atanh(s) = 2s (1 + s^2/3 + s^4/5 + s^6/7 + ...)
  ///
  /// Where k = 0, f is -u itself, so small u keep their relative precision; above 1/2, v is made of
  /// the complement of u's bits, so small v keep theirs.
  @inline(__always)
  static func approximate(high: SIMD8<UInt32>, low: SIMD8<UInt32>) -> SIMD8<Float> {
    // x = min(u, 1 - u). Two's complement over 53 bits is the complement of each part, plus 1.
    let isAboveHalf = SIMD8<UInt32>(repeating: 0) &- ((high &>> 20) & 1)
    let rest = low ^ isAboveHalf
    let top = float((high ^ isAboveHalf) & 0x1F_FFFF)
    let middle = float(rest &>> 16)
    let bottom = float((rest & 0xFFFF) &- isAboveHalf)
    let x = top.addingProduct(middle.addingProduct(bottom, 0x1p-16), 0x1p-16) * 0x1p-21

    // v = isAboveHalf ? x : 1 - x, by bits, as a comparison of integers does not become a vector's.
    let v = (bits(x) & isAboveHalf) | (bits(1 - x) & ~isAboveHalf)
    // The exponent field counts from sqrt(1/2), whose bits are 3f3504f3, instead of from 1.
    let shifted = v &+ (0x3F80_0000 - 0x3F35_04F3)
    let k = float(shifted &>> 23) - 127
    let m = number((shifted & 0x7F_FFFF) &+ 0x3F35_04F3)
    let f = (m - 1).replacing(with: -x, where: k .== 0)

    let s = f / (2 + f)
    let z = s * s
    var series = SIMD8<Float>(repeating: 1 / 5).addingProduct(z, 1 / 7)
    series = SIMD8<Float>(repeating: 1 / 3).addingProduct(z, series)
    series = SIMD8<Float>(repeating: 1).addingProduct(z, series)
    return (-2 * s * series).addingProduct(k, -0x1.62E430p-1)
  }

  /// How far `approximate` can be from the exponential, as a part of it: 32 e, where e = 2^-24.
  ///
  /// x is off by 2e, the logarithm's series from s by 5.7e: 2.1 from the two roundings of s, 1.5 from
  /// the terms left out, s^8/9 and on with |s| <= 3 - sqrt(8), and 2.1 from evaluating it. Where
  /// k = 0, the 2e of x count 1.2-fold: 8.1e in all. Elsewhere m is off by at most 3e and
  /// |log m| <= 0.35, so the sum is off by 3e + 2e, its q is at least 0.346, and with 2e from ln 2 and e
  /// from the sum it is 17.4e. The rest is reserve.
  static let relativeError: Float = 0x1p-19

  /// Converts integers below 2^23, exactly: they become the last bits of a float whose exponent is that of 2^23.
  @inline(__always)
  private static func float(_ integers: SIMD8<UInt32>) -> SIMD8<Float> {
    number(integers | 0x4B00_0000) - 0x1p23
  }

  @inline(__always)
  private static func bits(_ numbers: SIMD8<Float>) -> SIMD8<UInt32> {
    unsafeBitCast(numbers, to: SIMD8<UInt32>.self)
  }

  @inline(__always)
  private static func number(_ bits: SIMD8<UInt32>) -> SIMD8<Float> {
    unsafeBitCast(bits, to: SIMD8<Float>.self)
  }
}
