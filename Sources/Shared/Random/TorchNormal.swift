/// The arithmetic of PyTorch's AVX2 kernel for normals, one lane at a time.
///
/// `normal_fill_AVX2` in ATen's `DistributionTemplates.h`, with the logarithm, sine and cosine of
/// J. Pommier's `avx_mathfun.h`, which are those of S. Moshier's Cephes library in binary32. The
/// order of operations, and where a product is fused, decide the last bit.
enum TorchNormal {
  /// Turns 16 uniforms into 16 normals, by Box and Muller's method.
  ///
  ///     radius = sqrt(-2 log(1 - u[k]))       angle = 2 pi u[k + 8]       k = 0..<8
  ///     out[k] = radius cos(angle)
  ///     out[k + 8] = radius sin(angle)
  ///
  /// PyTorch scales them and adds a mean, here 0: so what is zero is zero without a sign.
  static func transform(_ block: inout ArraySlice<Float>) {
    assert(block.count == 16)
    for k in block.startIndex..<(block.startIndex + 8) {
      let radius = (-2 * log(1 - block[k])).squareRoot()
      let (sine, cosine) = sinCos(0x1.921FB6p2 * block[k + 8])
      block[k] = radius * cosine + 0
      block[k + 8] = radius * sine + 0
    }
  }

  /// Computes the logarithm of a number in [2^-24, 1].
  static func log(_ number: Float) -> Float {
    var exponent = Float(Int32(number.exponentBitPattern) - 126)
    let half = Float(sign: .plus, exponent: -1, significand: number.significand)
    var x = half - 1
    if half < Float(bitPattern: 0x3F35_04F3) {  // the square root of 1/2
      exponent -= 1
      x += half
    }
    let z = x * x
    var y = polynomial(logCoefficients, x)
    y = (exponent * Float(bitPattern: 0xB95E_8083)).addingProduct(y * x, z)
    y.addProduct(z, -0.5)
    return (x + y).addingProduct(exponent, Float(bitPattern: 0x3F31_8000))
  }

  /// Computes sine and cosine of an angle in [0, 2 pi].
  static func sinCos(_ angle: Float) -> (sine: Float, cosine: Float) {
    // The octant, rounded up to an even one; then its angle is taken off in three parts of pi / 4.
    let octant = (Int32(angle * Float(bitPattern: 0x3FA2_F983)) + 1) & ~1
    var x = angle
    for part: UInt32 in [0xBF49_0000, 0xB97D_A000, 0xB322_2169] {
      x.addProduct(Float(octant), Float(bitPattern: part))
    }
    let z = x * x
    var cosine = polynomial(cosineCoefficients, z) * z
    cosine = (z * -0.5).addingProduct(cosine, z) + 1
    let sine = x.addingProduct(polynomial(sineCoefficients, z) * z, x)

    let isSwapped = octant & 2 != 0
    return (
      sine: (isSwapped ? cosine : sine) * (octant & 4 == 0 ? 1 : -1),
      cosine: (isSwapped ? sine : cosine) * ((octant - 2) & 4 == 0 ? -1 : 1)
    )
  }

  private static let logCoefficients = floats([
    0x3D90_21BB, 0xBDEB_D1B8, 0x3DEF_251A, 0xBDFE_5D4F, 0x3E11_E9BF, 0xBE2A_AE50, 0x3E4C_CEAC,
    0xBE7F_FFFC, 0x3EAA_AAAA,
  ])
  private static let cosineCoefficients = floats([0x37CC_F5CE, 0xBAB6_061A, 0x3D2A_AAA5])
  private static let sineCoefficients = floats([0xB94C_A1F9, 0x3C08_839E, 0xBE2A_AAA3])

  private static func floats(_ bits: [UInt32]) -> [Float] {
    bits.map(Float.init(bitPattern:))
  }

  /// Evaluates a polynomial, highest power first, by Horner's rule with fused steps.
  private static func polynomial(_ coefficients: [Float], _ x: Float) -> Float {
    coefficients.dropFirst().reduce(coefficients[0]) { $1.addingProduct($0, x) }
  }
}
