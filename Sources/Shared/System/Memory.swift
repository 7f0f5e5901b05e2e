import Synchronization

/// Memory that is asked for before it is taken.
///
/// Where the system refuses memory, as under `ulimit -v`, a Swift array does not report it but ends
/// the process. So whatever grows with the data asks first:
///
///     guard losses.makeRoom(for: 1) else { throw DataError("out of memory at \(losses.count) items") }
///     losses.append(loss)
///
///     guard let cells = Memory.array(repeating: Int64(0), count: size) else { ... }
///
///     guard Memory.has(bytes) else { throw DataError("out of memory: the model takes ...") }
///
/// The system is asked for a mapping of that size, which is given back at once: two system calls,
/// made only from `isWorthAsking` on. What is smaller, and what does not ask, lives on `margin`. This
/// does not help where the system promises more memory than it has and ends the process that writes
/// to it.
enum Memory {
  /// What is left over, in bytes, for all that is allocated without asking.
  static let margin = 8 << 20

  /// The smallest size, in bytes, that the system is asked about.
  static let isWorthAsking = 1 << 16

  /// Held while what was asked for is taken, so that two threads do not get the same answer.
  private static let turn = Mutex(())

  /// Refuses to begin without the margin.
  ///
  /// - Throws: `DataError` where it is not there.
  static func check() throws(DataError) {
    if !has(isWorthAsking) {
      throw DataError(
        "out of memory: less than \(ByteCount.text(Double(margin))) are left at the start")
    }
  }

  /// Whether the system has that many bytes for this process, and the margin.
  ///
  /// Another thread may take them before they are used. `take` is safe from that.
  ///
  /// - Precondition: `bytes` is not negative.
  static func has(_ bytes: Int) -> Bool {
    precondition(bytes >= 0, "a size in memory is not negative")
    if bytes < isWorthAsking { return true }
    let (size, overflow) = bytes.addingReportingOverflow(margin)
    if overflow { return false }
    let mapping = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let mapping, mapping != MAP_FAILED else { return false }
    munmap(mapping, size)
    return true
  }

  /// Allocates something of a known size, while no other thread does.
  ///
  /// - Parameters:
  ///   - bytes: What `allocate` takes at most.
  ///   - allocate: It must not take memory this way itself.
  /// - Returns: `nil` where the system does not have that many bytes; nothing is allocated then.
  static func take<Result>(_ bytes: Int, _ allocate: () -> Result) -> Result? {
    if bytes < isWorthAsking { return allocate() }
    return turn.withLock { _ in has(bytes) ? allocate() : nil }
  }

  /// Makes an array of one value, repeated.
  ///
  /// - Returns: `nil` where the system has no memory for it.
  /// - Precondition: `count` is not negative.
  static func array<Element: BitwiseCopyable>(
    repeating value: Element, count: Int
  ) -> [Element]? {
    guard let bytes = bytes(count, of: Element.self) else { return nil }
    return take(bytes) { [Element](repeating: value, count: count) }
  }

  /// The bytes of an array; `nil` where they are too many for an `Int`.
  static func bytes<Element>(_ count: Int, of type: Element.Type) -> Int? {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    return overflow ? nil : bytes
  }
}

extension Array where Element: BitwiseCopyable {
  /// Makes room for elements that are about to be added: for the same number again, so that adding
  /// them costs constant time, or for fewer where memory ends.
  ///
  /// - Parameter limit: How many elements there will be at most in the end.
  /// - Returns: Whether there is room; if not, the array is as it was.
  mutating func makeRoom(for added: Int, limit: Int = .max) -> Bool {
    let (needed, overflow) = count.addingReportingOverflow(added)
    if overflow { return false }
    if needed <= capacity { return true }
    for growth in [capacity, capacity / 4, capacity / 16] {
      // No less, or elements that come one by one would be moved each time.
      let target = Swift.max(needed, Swift.min(limit, capacity + growth))
      guard let bytes = Memory.bytes(target, of: Element.self) else { continue }
      if Memory.take(bytes, { reserveCapacity(target) }) != nil { return true }
    }
    return false
  }
}
