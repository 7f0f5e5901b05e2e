import Shared
import Testing

@Suite struct CPUTests {
  @Test func thereIsAtLeastOneCoreAndSomeMemory() {
    #expect(CPU.count >= 1)
    #expect(CPU.memory > 1 << 20)
  }
}
