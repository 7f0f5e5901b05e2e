/// A gradient as the parts whose sum it is, one for each lane of a forest, added in their order.
///
/// An optimizer adds them up while it reads them: a sum of its own would be written and read again.
struct GradientParts {
  /// The parts; one at least.
  let parts: [GPTTensors]

  /// Sets some of the gradient to zero.
  func clear(_ ranges: [Range<Int>]) {
    for part in parts { part.clear(ranges) }
  }

  /// Calls `body` with the first float of each part.
  func withParts(_ body: (UnsafeBufferPointer<UnsafePointer<Float>>) -> Void) {
    parts.map { UnsafePointer($0.start) }.withUnsafeBufferPointer(body)
  }
}
