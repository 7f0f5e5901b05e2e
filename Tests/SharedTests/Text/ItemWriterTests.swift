import Testing

@testable import Shared

@Suite struct ItemWriterTests {
  @Test func anItemIsItsCharactersAndASeparator() throws {
    let vocabulary = try Vocabulary(text: "\n.a\u{E9}\u{1F600}")
    let items = [[3, 4], [], [2, 5, 1]]
    for (isNullSeparated, separator) in [(false, "\n"), (true, "\u{0}")] {
      let bytes = try TemporaryFolder().written { output in
        let writer = ItemWriter(output, vocabulary, isNullSeparated: isNullSeparated)
        for item in items { try writer.write(item) }
      }
      let text = "a\u{E9}\(separator)\(separator).\u{1F600}\n\(separator)"
      #expect(bytes == Array(text.utf8))
    }
  }
}
