/// Floats in one place that begins at a cache line, zero at first.
///
/// Sixteen floats of slack follow the last one: a kernel may read, never use, a whole tile there.
final class FloatBuffer {
  /// The first float.
  private(set) var start: UnsafeMutablePointer<Float>

  /// How many floats there are.
  private(set) var count: Int

  private static let slack = 16

  init(count: Int) {
    precondition(count >= 0, "a buffer holds no negative number of floats")
    self.count = count
    start = Self.allocate(count)
  }

  deinit {
    UnsafeMutableRawPointer(start).deallocate()
  }

  /// Replaces the floats by `count` zeros, unless there are as many already.
  ///
  /// - Returns: Whether the floats were replaced, and with them their place.
  @discardableResult
  func reserve(_ count: Int) -> Bool {
    guard count > self.count else { return false }
    UnsafeMutableRawPointer(start).deallocate()
    start = Self.allocate(count)
    self.count = count
    return true
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: (count + slack) * MemoryLayout<Float>.stride, alignment: 64)
    let start = raw.bindMemory(to: Float.self, capacity: count + slack)
    start.initialize(repeating: 0, count: count + slack)
    return start
  }
}
