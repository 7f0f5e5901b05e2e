/// Floats in one place that begins at a cache line, zero at first.
///
/// Sixteen floats of slack follow the last one: a kernel may read, never use, a whole tile there.
/// What was never written takes no memory: the system hands out its pages of zeros when they are
/// first touched.
final class FloatBuffer {
  /// The first float.
  private(set) var start: UnsafeMutablePointer<Float>

  /// How many floats there are.
  private(set) var count: Int

  /// What `calloc` gave, up to a cache line before `start`.
  private var memory: UnsafeMutableRawPointer

  private static let slack = 16
  private static let alignment = 64

  init(count: Int) {
    precondition(count >= 0, "a buffer holds no negative number of floats")
    self.count = count
    (memory, start) = Self.allocate(count)
  }

  deinit {
    free(memory)
  }

  /// Replaces the floats by `count` zeros, unless there are as many already.
  ///
  /// - Returns: Whether the floats were replaced, and with them their place.
  @discardableResult
  func reserve(_ count: Int) -> Bool {
    guard count > self.count else { return false }
    free(memory)
    (memory, start) = Self.allocate(count)
    self.count = count
    return true
  }

  private static func allocate(
    _ count: Int
  ) -> (memory: UnsafeMutableRawPointer, start: UnsafeMutablePointer<Float>) {
    let floats = count + slack
    guard
      let memory = calloc(floats + alignment / MemoryLayout<Float>.size, MemoryLayout<Float>.size)
    else { preconditionFailure("no memory for \(floats) floats") }
    let start = memory.alignedUp(toMultipleOf: alignment)
    return (memory, start.bindMemory(to: Float.self, capacity: floats))
  }
}
