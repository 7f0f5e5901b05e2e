@testable import Shared
import Testing

@Suite struct MachineTests {
  @Test func thereIsAtLeastOneCoreAndSomeMemory() {
    #expect(Machine.count >= 1)
    #expect(Machine.memory > 1 << 20)
  }
}
