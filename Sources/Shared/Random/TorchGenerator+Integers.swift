extension TorchGenerator {
  /// Draws integers of a range: `torch.randint(range.lowerBound, range.upperBound, (count,))`.
  ///
  /// The remainder of one draw, from 2^28 on of two, is taken as it is: no value is rejected.
  public mutating func randint(_ count: Int, in range: Range<Int>) -> [Int] {
    precondition(count >= 0, "randint: the count is negative")
    precondition(!range.isEmpty, "randint: the range is empty")
    let size = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound))
    return (0..<count).map { _ in
      let bits = size < 1 << 28 ? UInt64(engine.next()) : engine.next64()
      return range.lowerBound &+ Int(truncatingIfNeeded: bits % size)
    }
  }

  /// Passes over integers that `randint` would draw.
  ///
  /// - Precondition: Twice the count is an `Int`.
  public mutating func skipRandint(_ count: Int, in range: Range<Int>) {
    engine.skip(range.count < 1 << 28 ? count : 2 * count)
  }

  /// Draws a permutation of `0..<count`: `torch.randperm(count)`.
  ///
  /// In 32 bits each, because a permutation may be all that grows with the weights of a text.
  public mutating func randperm(_ count: Int) -> [UInt32] {
    precondition(count >= 0, "randperm: the count is negative")
    precondition(count <= UInt32.max, "randperm: the count has more than 32 bits")
    var order = (0..<count).map { UInt32(truncatingIfNeeded: $0) }
    for i in order.indices.dropLast() {
      order.swapAt(i, i + Int(engine.next()) % (count - i))
    }
    return order
  }

  /// Draws an integer of 63 bits: `torch.empty((), dtype=torch.int64).random_()`.
  ///
  /// It is how PyTorch's data loader draws the seed of its sampler.
  public mutating func randomInt64() -> Int64 {
    Int64(engine.next64() & (1 << 63 - 1))
  }
}
