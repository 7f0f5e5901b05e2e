import Testing

@testable import Shared

@Suite struct TokenValuesTests {
  private func values(_ tokens: some Sequence<Int>) -> TokenValues {
    var values = TokenValues()
    for token in tokens where !values.append(token) { Issue.record("no room for \(token)") }
    return values
  }

  @Test func tokensTakeTheSmallestType() {
    #expect(values([]).values == .u8([]))
    #expect(values([0, 255]).values == .u8([0, 255]))
    #expect(values([0, 256, 1]).values == .u16([0, 256, 1]))
    #expect(values([3, 65535]).values == .u16([3, 65535]))
    #expect(values([3, 65536, 7]).values == .u32([3, 65536, 7]))
    #expect(values([3, 300, 65536, 2]).values == .u32([3, 300, 65536, 2]))
  }

  @Test func theTypeIsThatOfTheVocabulary() {
    for (size, dtype) in [(1, Dtype.U8), (256, .U8), (257, .U16), (65536, .U16), (65537, .U32)] {
      #expect(Dtype(holdingTokens: size) == dtype)
      #expect(values(0..<size).values.dtype == dtype)
    }
  }

  @Test func tokensAreRenumbered() {
    for last in [2, 300, 70000] {
      var tokens = values([0, 1, last])
      tokens.renumber([0, last] + Array(2..<last) + [1])
      #expect(tokens.values == values([0, last, 1]).values)
    }
  }
}
