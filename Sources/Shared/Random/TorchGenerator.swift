// Random: random numbers and draws, PyTorch's bit for bit and streams that can be split. A module of its
// own: it uses the C library and nothing of Shared.

/// PyTorch's CPU generator, as `torch.Generator().manual_seed(seed)` makes it.
///
/// Every method matches, bit for bit, the operation of PyTorch 2.13 whose name it has, on a
/// contiguous tensor of the same number of elements, and uses up the stream as that operation does.
public struct TorchGenerator: Sendable {
  /// Where the bits come from.
  var engine: MersenneTwister

  /// The second value of the last pair of normals that was made in double precision.
  var cachedNormal: Double?

  /// Begins the stream of a seed; only its low 32 bits count.
  public init(seed: UInt64) {
    engine = MersenneTwister(seed: seed)
  }

  /// Draws uniforms in [0, 1): `torch.rand(count)`.
  public mutating func rand(_ count: Int) -> [Float] {
    precondition(count >= 0, "rand: the count is negative")
    return (0..<count).map { _ in nextFloat() }
  }

  /// Draws uniforms in [low, high): `torch.empty(count).uniform_(low, high)`.
  ///
  ///     out[i] = fma(u[i], high - low, low)
  public mutating func uniform(_ count: Int, from low: Double, to high: Double) -> [Float] {
    precondition(count >= 0, "uniform: the count is negative")
    precondition(low <= high, "uniform: the bounds are not in order")
    let low = Float(low)
    let high = Float(high)
    return (0..<count).map { _ in
      let value = low.addingProduct(nextFloat(), high - low)
      return value == high ? low : value
    }
  }

  /// Draws a multiple of 2^-24 in [0, 1): the low 24 bits of one draw.
  mutating func nextFloat() -> Float {
    Float(engine.next() & 0xFF_FFFF) * 0x1p-24
  }

  /// Draws a multiple of 2^-53 in [0, 1): the low 53 bits of two draws.
  mutating func nextDouble() -> Double {
    Double(engine.next64() & 0x1F_FFFF_FFFF_FFFF) * 0x1p-53
  }
}
