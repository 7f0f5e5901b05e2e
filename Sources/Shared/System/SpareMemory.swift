/// Decides how many rows are kept only to save time: ever more, while memory has room for them.
///
///     var memory = SpareMemory(limit: 1 << 15, bytesPerRow: 512)
///     if memory.hasRoom(after: rows.count) { rows.append(row) }
///
/// What is computed must not depend on whether a row is kept.
struct SpareMemory {
  /// How many rows are kept at most; fewer once memory has ended.
  private var limit: Int

  private let bytesPerRow: Int

  /// How many rows have been asked for.
  private var asked = 0

  /// Keeps nothing yet.
  init(limit: Int, bytesPerRow: Int) {
    self.limit = limit
    self.bytesPerRow = bytesPerRow
  }

  /// Whether there is room for a row after `count` that are kept.
  @inline(__always)
  mutating func hasRoom(after count: Int) -> Bool {
    count < asked || count < limit && ask(count)
  }

  private mutating func ask(_ count: Int) -> Bool {
    let next = 2 * max(8, count)
    // An array that doubles as it grows may have room for twice the rows, beside the old one.
    let (bytes, overflow) = (2 * next).multipliedReportingOverflow(by: bytesPerRow)
    if overflow || !Memory.has(bytes) {
      limit = count
      return false
    }
    asked = min(limit, next)
    return true
  }
}
