import Testing

@testable import Shared

@Suite struct SpareMemoryTests {
  /// How many rows are kept.
  private func rows(limit: Int, bytesPerRow: Int) -> Int {
    var memory = SpareMemory(limit: limit, bytesPerRow: bytesPerRow)
    var count = 0
    while memory.hasRoom(after: count) { count += 1 }
    // No more after that, either.
    return memory.hasRoom(after: count) ? -1 : count
  }

  @Test func rowsAreKeptUpToTheLimit() {
    #expect(rows(limit: 100, bytesPerRow: 8) == 100)
    #expect(rows(limit: 0, bytesPerRow: 8) == 0)
  }

  @Test func noRowIsKeptWithoutMemory() {
    #expect(rows(limit: .max, bytesPerRow: 1 << 50) == 0)
    #expect(rows(limit: .max, bytesPerRow: .max) == 0)
  }
}
