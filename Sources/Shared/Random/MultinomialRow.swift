/// Weights of a categorical distribution, made ready to be drawn from again and again.
public struct MultinomialRow: Sendable {
  /// The weights, as they were given.
  public let probs: [Float]

  /// What to multiply an exponential with for its time in the race, padded to whole vectors.
  ///
  /// 1 / p for a weight that can win, `never` for others; empty if the weights are of such a size
  /// that the ratios p / q may overflow or lose bits, so that only the exact race decides.
  let reciprocals: [SIMD8<Float>]

  /// The number of weights.
  public var count: Int { probs.count }

  /// Prepares weights, which need not add up to 1.
  ///
  /// Exponentials lie in [2^-53, 2^5.3], bar zero, which `leader` catches. So a weight below 2^-60 of
  /// the largest loses for certain: its p / q is below 2^-7 of the largest weight, whose own is above
  /// 2^-5.3. With the largest in 2^-60...2^60 all other p / q are normal numbers.
  ///
  /// - Precondition: The weights are finite and not negative, and one is above 0.
  public init(_ probs: [Float]) {
    var largest: Float = 0
    for p in probs {
      precondition(p >= 0 && p < .infinity, "multinomial: a weight is negative or not finite")
      if p > largest { largest = p }
    }
    precondition(largest > 0, "multinomial: no weight is above 0")
    self.probs = probs
    reciprocals = Self.reciprocals(probs, largest: largest)
  }

  /// What `reciprocals` is, of weights the largest of which is known.
  static func reciprocals(_ probs: [Float], largest: Float) -> [SIMD8<Float>] {
    guard (0x1p-60...0x1p60).contains(largest) else { return [] }
    let least = largest * 0x1p-60
    return stride(from: 0, to: probs.count, by: 8).map { start in
      var lanes = SIMD8(repeating: Self.never)
      for j in start..<min(start + 8, probs.count) where probs[j] >= least {
        lanes[j - start] = 1 / probs[j]
      }
      return lanes
    }
  }

  /// Stands for the reciprocal of zero: even 2^-53 times it is more than 2^5.3 * 2^60.
  private static let never: Float = 0x1p127

  /// How much later the others must be for the leader to be the winner for certain.
  ///
  /// A time is off by the error of the exponential and, e being 2^-24, by 2e from reciprocal and
  /// product: 34e. PyTorch's ratio is off by 2e from its two roundings. Two of each make 72e; this is
  /// 256e, and a race is closer than that once in 2^16 draws at the most.
  private static let margin: Float = 1 + 8 * ExponentialRace.relativeError

  /// Finds the index whose q * (1 / p) is the smallest.
  ///
  /// - Parameter exponentials: q, approximately; up to 7 more values are read than there are weights.
  /// - Returns: The index, or nil if that takes exact numbers: a race too close, or a q of zero.
  func leader(_ exponentials: UnsafePointer<Float>) -> Int? {
    if reciprocals.isEmpty { return nil }
    return reciprocals.withUnsafeBufferPointer { Self.leader($0, exponentials) }
  }

  /// Finds the leader of the weights whose reciprocals are given.
  @inline(__always)
  static func leader(
    _ reciprocals: UnsafeBufferPointer<SIMD8<Float>>, _ exponentials: UnsafePointer<Float>
  ) -> Int? {
    let q = UnsafeRawPointer(exponentials)
    var first = SIMD8<Float>(repeating: .infinity)
    for i in reciprocals.indices {
      let time = q.loadUnaligned(fromByteOffset: 32 * i, as: SIMD8<Float>.self) * reciprocals[i]
      first.replace(with: time, where: time .< first)
    }
    var least = first[0]
    for lane in 1..<8 where first[lane] < least { least = first[lane] }
    guard least > 0 else { return nil }

    let limit = SIMD8(repeating: least * Self.margin)
    var lane = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7)
    var count = SIMD8<UInt32>.zero
    var index = SIMD8<UInt32>.zero
    for i in reciprocals.indices {
      let time = q.loadUnaligned(fromByteOffset: 32 * i, as: SIMD8<Float>.self) * reciprocals[i]
      count.replace(with: count &+ 1, where: time .<= limit)
      index.replace(with: lane, where: time .<= limit)
      lane &+= 8
    }
    return count.wrappedSum() == 1 ? Int(index.wrappedSum()) : nil
  }

  /// Finds the winner as PyTorch does.
  ///
  /// - Parameter words: What the engine drew, two words for each weight.
  /// - Returns: The index.
  func winner(_ words: UnsafePointer<UInt32>) -> Int {
    ExponentialRace.winner(probs) { j in
      ExponentialRace.exponential(words[2 * j], words[2 * j + 1])
    }
  }
}
