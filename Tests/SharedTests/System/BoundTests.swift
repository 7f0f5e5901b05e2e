import Testing

@testable import Shared

@Suite struct BoundTests {
  @Test func theWordsAreTheCheck() {
    #expect(Bound.atLeast(0).words == "0 or more" && Bound.above(0.5).words == "above 0.5")
    #expect(Bound.within(1...8).words == "1 to 8" && Bound<Int>.any.words == nil)
    #expect([-1, 0, 1].map(Bound.atLeast(0).contains) == [false, true, true])
    #expect([0, 0.5, 0.6].map(Bound.above(0.5).contains) == [false, false, true])
    #expect([0, 1, 8, 9].map(Bound.within(1...8).contains) == [false, true, true, false])
    #expect(Bound<Int>.any.contains(.min))
    #expect(Bound.within(1...8).wanted == "a whole number, 1 to 8")
    #expect(Bound<Seed>.any.wanted == "a whole number of 64 bits")
  }
}
