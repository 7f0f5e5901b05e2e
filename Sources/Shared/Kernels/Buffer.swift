/// Numbers in one piece of memory that begins at a cache line, zero at first.
///
///     let weights = FloatBuffer(count: 4096)
///     weights.start[17] = 1
///
/// Sixteen numbers of slack follow the last one: a kernel may read a whole tile there, but not use
/// it. What was never written takes no memory, since the system provides its pages of zeros when they
/// are first touched.
final class Buffer<Number: BitwiseCopyable & AdditiveArithmetic> {
  /// The first number.
  private(set) var start: UnsafeMutablePointer<Number>

  /// How many numbers there are.
  private(set) var count: Int

  /// What `calloc` gave, up to a cache line before `start`.
  private var memory: UnsafeMutableRawPointer

  init(count: Int) {
    precondition(count >= 0, "the count of a buffer is not negative")
    self.count = count
    (memory, start) = Self.allocate(count)
  }

  deinit {
    free(memory)
  }

  /// Replaces the numbers, and with them their place, by `count` zeros, unless there are that many.
  func reserve(_ count: Int) {
    guard count > self.count else { return }
    free(memory)
    (memory, start) = Self.allocate(count)
    self.count = count
  }

  private static func allocate(
    _ count: Int
  ) -> (memory: UnsafeMutableRawPointer, start: UnsafeMutablePointer<Number>) {
    let (slack, alignment) = (16, 64)
    let size = MemoryLayout<Number>.size
    guard let memory = calloc(count + slack + alignment / size, size) else {
      preconditionFailure("no memory for \(count) numbers")
    }
    let start = memory.alignedUp(toMultipleOf: alignment)
    return (memory, start.bindMemory(to: Number.self, capacity: count + slack))
  }
}

/// Floats that begin at a cache line.
typealias FloatBuffer = Buffer<Float>
