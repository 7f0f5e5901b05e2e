import Testing

@testable import Shared

@Suite struct BufferTests {
  @Test(arguments: [0, 1, 17, 100_000]) func holdsZerosFromACacheLineOn(_ count: Int) {
    let buffer = FloatBuffer(count: count)
    #expect(UInt(bitPattern: buffer.start) % 64 == 0 && buffer.count == count)
    // The slack included.
    #expect((0..<count + 16).allSatisfy { buffer.start[$0] == 0 })
  }

  @Test func growsAndNeverShrinks() {
    let buffer = Buffer<Int32>(count: 3)
    buffer.start[2] = 7
    buffer.reserve(2)
    #expect(buffer.count == 3 && buffer.start[2] == 7)
    buffer.reserve(1000)
    #expect(buffer.count == 1000 && (0..<1000).allSatisfy { buffer.start[$0] == 0 })
  }

  @Test func refusesANegativeCount() async {
    await #expect(processExitsWith: .failure) { _ = FloatBuffer(count: -1) }
  }
}
