/// Random bits that are the same in every run (Steele, Lea and Flood 2014, SplitMix64).
public struct Noise: RandomNumberGenerator {
  private var state: UInt64

  /// Begins a stream.
  public init(_ seed: UInt64 = 1) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// A float in -1..<1.
  public mutating func nextFloat() -> Float {
    Float(Int32(truncatingIfNeeded: next() >> 32)) * 0x1p-31
  }

  /// A whole number in a range.
  public mutating func next(in range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

  /// Floats in -1..<1.
  public mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in nextFloat() } }
}
