import Synchronization

/// The distributions of a teacher, each computed once as far as memory allows.
///
/// Threads share the rows through an atomic address for each state. Two that need the same row at the
/// same time both compute it, and one of the two equal rows stays. What does not fit is computed each
/// time, so memory decides the speed and never the result.
final class SoftTargetRows: Sendable {
  /// The teacher.
  let teacher: any SoftTargets

  /// How many floats a row has: V and zeros up to whole vectors.
  private let width: Int

  /// How many rows may be kept.
  private let limit: Int

  /// How many rows are kept; by as many threads as there are it may go beyond the limit.
  private let kept = Atomic(0)

  // Proof of safety: what the addresses are in is only read, and they themselves are atomic.

  /// The address of the row of each state, 0 where there is none yet.
  private nonisolated(unsafe) let rows: UnsafeMutablePointer<Atomic<UInt>>
  private nonisolated(unsafe) let memory: Buffer<UInt>

  /// Prepares to keep rows.
  ///
  /// - Parameters:
  ///   - teacher: Whose distributions they are.
  ///   - limit: How many bytes all rows may take.
  init(_ teacher: any SoftTargets, limit: Int = SoftTargetRows.limit) {
    self.teacher = teacher
    width = Self.width(teacher.vocabSize)
    self.limit = limit / (4 * width)
    // Zeros that are never looked at take no memory.
    memory = Buffer(count: teacher.stateCount)
    rows = UnsafeMutableRawPointer(memory.start)
      .bindMemory(to: Atomic<UInt>.self, capacity: teacher.stateCount)
  }

  deinit {
    for state in 0..<teacher.stateCount { row(of: state)?.deallocate() }
  }

  /// How many bytes all rows may take.
  static let limit = 1 << 28

  /// How many bytes the rows of a teacher come to take at most.
  static func bytes(vocabSize: Int, stateCount: Int) -> Double {
    8 * Double(stateCount)
      + min(Double(limit), 4 * Double(width(vocabSize)) * Double(stateCount))
  }

  private static func width(_ vocabSize: Int) -> Int {
    PackedMatrix.panels(columns: vocabSize) * PackedMatrix.width
  }

  /// Calls `body` with the probabilities after a state, (V), followed by zeros up to whole vectors.
  @inline(__always)
  func withRow(of state: Int32, _ body: (UnsafePointer<Float>) -> Void) {
    if let row = row(of: Int(state)) { return body(row) }
    withNewRow(of: state, body)
  }

  private func row(of state: Int) -> UnsafePointer<Float>? {
    UnsafePointer(bitPattern: rows[state].load(ordering: .acquiring))
  }

  @inline(never)
  private func withNewRow(of state: Int32, _ body: (UnsafePointer<Float>) -> Void) {
    guard kept.load(ordering: .relaxed) < limit else {
      return withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { row in
        guard let start = row.baseAddress else { return }
        fill(start, state)
        body(start)
      }
    }
    let row = UnsafeMutableRawPointer.allocate(byteCount: 4 * width, alignment: 64)
      .bindMemory(to: Float.self, capacity: width)
    fill(row, state)
    body(row)
    let (isFirst, _) = rows[Int(state)].compareExchange(
      expected: 0, desired: UInt(bitPattern: row), ordering: .acquiringAndReleasing)
    if isFirst { kept.add(1, ordering: .relaxed) } else { row.deallocate() }
  }

  private func fill(_ row: UnsafeMutablePointer<Float>, _ state: Int32) {
    let V = teacher.vocabSize
    (row + V).initialize(repeating: 0, count: width - V)
    teacher.probs(after: state, into: UnsafeMutableBufferPointer(start: row, count: V))
  }
}
