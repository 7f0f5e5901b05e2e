import Testing

@testable import Shared

@Suite struct OptionTests {
  @Test func anOptionIsNotReadBeforeTheCommandLineIs() async {
    await #expect(processExitsWith: .failure) {
      let tool = Tool(
        ToolDescription("mm-try", summary: "", synopsis: [], details: "", examples: []), words: [])
      _ = tool.flag("text", help: "a flag")()
    }
  }

  @Test func countsMayBeWithoutEnd() {
    #expect(Count(word: "0")?.limit == 0)
    #expect(Count(word: "inf").map { $0.limit == nil } == true)
    #expect(Count(word: "-1") == nil)
    #expect(Count(word: "INF") == nil)
    #expect(Count(nil).word == "inf")
    #expect(Count(20).word == "20")
  }
}
