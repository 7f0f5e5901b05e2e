import Libc

extension TorchGenerator {
  /// Draws standard normals: `torch.randn(count)`.
  ///
  /// The count is that of the whole tensor. From 16 on the values are made in blocks and in single
  /// precision; fewer are made in double precision, in pairs, whose second value waits in the
  /// generator for the next short call, whatever is drawn in between.
  public mutating func randn(_ count: Int) -> [Float] {
    precondition(count >= 0, "randn: the count is negative")
    guard count >= 16 else {
      return (0..<count).map { _ in Float(nextNormal() + 0) }
    }
    var values = rand(count)
    for start in stride(from: 0, through: count - 16, by: 16) {
      TorchNormal.transform(&values[start..<(start + 16)])
    }
    if count % 16 != 0 {
      // The last block is whole: it is drawn again, over values that were finished.
      values.replaceSubrange((count - 16)..., with: rand(16))
      TorchNormal.transform(&values[(count - 16)...])
    }
    return values
  }

  /// Draws one standard normal: Box and Muller's pair, of which the sine waits for the next call.
  private mutating func nextNormal() -> Double {
    if let value = cachedNormal {
      cachedNormal = nil
      return value
    }
    let angle = 2 * Double.pi * nextDouble()
    let radius = (-2 * log1p(-nextDouble())).squareRoot()
    cachedNormal = radius * sin(angle)
    return radius * cos(angle)
  }
}
