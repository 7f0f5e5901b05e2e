import Foundation
import Testing

@testable import Shared

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct MemoryTests {
  @Test func anArrayIsMade() {
    #expect(Memory.array(repeating: 7, count: 3) == [7, 7, 7])
    #expect(Memory.array(repeating: UInt8(1), count: 1 << 20)?.count == 1 << 20)
  }

  @Test func noSystemHasAllAddresses() {
    #expect(!Memory.has(Int.max))
    #expect(!Memory.has(Int.max - Memory.margin))
    #expect(Memory.array(repeating: Int64(0), count: Int.max) == nil)
    #expect(Memory.array(repeating: Int64(0), count: 1 << 58) == nil)
  }

  @Test func roomGrowsWithWhatIsThere() {
    var values: [Int32] = []
    var capacities: Set<Int> = []
    for value in 0..<100_000 {
      let hasRoom = values.makeRoom(for: 1)
      #expect(hasRoom)
      values.append(Int32(value))
      capacities.insert(values.capacity)
    }
    #expect(capacities.count < 20)
    #expect(values.elementsEqual(0..<100_000))
  }

  @Test func roomEndsAtTheLimit() {
    var values = [UInt8](repeating: 0, count: 1 << 20)
    let hasRoom = values.makeRoom(for: 1, limit: 1 << 20 + 4096)
    #expect(hasRoom)
    #expect(values.capacity < 1 << 20 + 3 * 4096)
  }

  @Test func anArrayWithoutRoomIsAsItWas() {
    var values = [1, 2, 3]
    for added in [Int.max, 1 << 58] {
      let hasRoom = values.makeRoom(for: added)
      #expect(!hasRoom)
    }
    #expect(values == [1, 2, 3])
  }

  #if os(Linux)
    @Test func aLimitIsSeenBeforeItIsMet() async {
      await #expect(processExitsWith: .success) {
        // As `ulimit -v`: what is mapped already, and 64 MiB.
        let pages = try #require(
          Int(
            String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[0]))
        let size = rlim_t(pages * Int(sysconf(Int32(_SC_PAGESIZE))) + 64 << 20)
        var limit = rlimit(rlim_cur: size, rlim_max: size)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)

        #expect(Memory.has(32 << 20))
        #expect(!Memory.has(64 << 20))
        var values: [UInt64] = []
        while values.makeRoom(for: 1) { values.append(0) }
        // Growing takes the old room and the new one; a step is at least a quarter.
        #expect(values.count * 8 >= 16 << 20)
        #expect(Memory.array(repeating: UInt8(0), count: 64 << 20) == nil)
      }
    }
  #endif

  @Test func aSizeIsNotNegative() async {
    await #expect(processExitsWith: .failure) { _ = Memory.has(-1) }
  }
}
