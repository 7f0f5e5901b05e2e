/// Exponential, logistic function and logarithm of eight or sixteen floats at a time.
///
/// Polynomials after Cephes (Moshier, `expf.c` and `logf.c`), evaluated without branches. The C
/// library's functions take one float at a time and differ in the last bit from one library to the
/// next; these give the same bits everywhere. Products and sums are rounded one by one, because the
/// compiler takes a chain of `addingProduct` apart into single lanes, which is slower. Sixteen at a
/// time take half the time of twice eight with AVX-512, and the same time without. Each operation
/// waits for the one before it, so the speed depends on how many are under way.
enum VectorMath {
  /// Computes `exp(x)` within 2 units in the last place for x in `-87.3...88.7`.
  ///
  ///     n = round(x / ln 2),  r = x - n ln 2,  exp(x) = 2^n * (1 + r + r^2 p(r))
  ///
  /// Below that range the result is 0, above it 2.4e38, and that of NaN is NaN.
  @inline(__always)
  static func exp(_ x: WideVector) -> WideVector {
    let magic: Float = 12_582_912  // 1.5 * 2^23: adding it rounds to an integer in the low bits
    let low: Float = -87.3
    let high: Float = 88.37
    let clamped = x.replacing(with: low, where: x .< low).replacing(with: high, where: x .> high)
    let shifted = clamped * 1.442_695_04 + magic
    let n = shifted - magic
    let r = clamped - n * 0.693_359_375 + n * 2.121_944_4e-4
    var p = r * 1.987_569_15e-4 + 1.398_199_950_7e-3
    p = r * p + 8.333_451_907_3e-3
    p = r * p + 4.166_579_589_4e-2
    p = r * p + 1.666_666_545_9e-1
    p = r * p + 5.000_000_120_1e-1
    let value = r * r * p + r + 1
    let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
    let scale = unsafeBitCast(exponent &+ 0x3F80_0000, to: WideVector.self)
    return (value * scale).replacing(with: 0, where: x .< low)
  }

  /// Computes `exp(x)` of eight floats.
  @inline(__always)
  static func exp(_ x: Vector) -> Vector {
    exp(WideVector(lowHalf: x, highHalf: x)).lowHalf
  }

  /// Computes `1 / (1 + exp(-x))` within an absolute error of 2e-7.
  @inline(__always)
  static func sigmoid(_ x: WideVector) -> WideVector {
    1 / (1 + exp(-x))
  }

  /// Computes the natural logarithm of positive normal numbers within 2 units in the last place.
  ///
  ///     x = 2^e * m,  m in sqrt(1/2)..<sqrt(2),  log(x) = e ln 2 + log(m)
  @inline(__always)
  static func log(_ x: Vector) -> Vector {
    let root: Int32 = 0x3F35_04F3  // the bits of sqrt(1/2)
    let bits = unsafeBitCast(x, to: SIMD8<Int32>.self) &- root
    let mantissa = unsafeBitCast((bits & 0x007F_FFFF) &+ root, to: Vector.self)
    // The exponent as a float, without a conversion: it is added to the bits of 1.5 * 2^23.
    let e = unsafeBitCast((bits &>> 23) &+ 0x4B40_0000, to: Vector.self) - 12_582_912
    let m = mantissa - 1
    let square = m * m
    var p = m * 7.037_683_629_2e-2 - 1.151_461_031_0e-1
    p = m * p + 1.167_699_874_0e-1
    p = m * p - 1.242_014_084_6e-1
    p = m * p + 1.424_932_278_7e-1
    p = m * p - 1.666_805_766_5e-1
    p = m * p + 2.000_071_476_5e-1
    p = m * p - 2.499_999_399_3e-1
    p = m * p + 3.333_333_117_4e-1
    return m + (m * square * p - e * 2.121_944_4e-4 - square * 0.5) + e * 0.693_359_375
  }
}
