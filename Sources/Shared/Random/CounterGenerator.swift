/// Random numbers of a stream that two numbers name: what item `index` of a seed is drawn from.
///
/// Streams need no state of one another, so items may be drawn in any order and on any thread.
/// It is SplitMix64 (Steele, Lea and Flood 2014, figure 17), from a state that mixes both numbers.
public struct CounterGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Begins a stream.
  public init(seed: UInt64, index: UInt64) {
    self.init(state: Self.mix(Self.mix(seed &+ Self.gamma) ^ Self.mix(index &* Self.gamma &+ 1)))
  }

  /// Begins with a state of SplitMix64.
  init(state: UInt64) { self.state = state }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= Self.gamma
    return Self.mix(state)
  }

  /// The next number that is at least 0 and below 1, of 53 bits.
  public mutating func nextUniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An order of `count` things, each order as likely as any other (Fisher and Yates).
  ///
  /// - Precondition: `count` is at least 0 and below 2^32.
  public mutating func permutation(_ count: Int) -> [UInt32] {
    precondition(count >= 0 && count <= UInt32.max, "a permutation has below 2^32 things")
    var order = (0..<count).map { UInt32(truncatingIfNeeded: $0) }
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(next().multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return order
  }

  private static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
