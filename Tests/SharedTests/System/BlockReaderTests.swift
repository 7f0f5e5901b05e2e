import Testing

@testable import Shared

@Suite struct BlockReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func reader(_ bytes: some Sequence<UInt8>) throws -> BlockReader {
    BlockReader(try InputFile(folder.file("bytes", bytes)))
  }

  @Test func linesAndElementsFollowOneAnother() throws {
    let reader = try reader("one\r\ntwo\n\n".utf8 + [1, 0, 2, 0] + "x".utf8)
    #expect(try reader.starts(with: "one"))
    #expect(try reader.takeLine() == "one" && reader.line == 2)
    #expect(try reader.takeLine() == "two" && reader.takeLine() == "" && reader.line == 4)
    #expect(try reader.read(UInt16.self, count: 2) == [1, 2])
    #expect(try reader.peek(5).elementsEqual("x".utf8))
    #expect(
      try dataError { _ = try reader.takeLine() }?.reason == "truncated: no newline at the end")
    try reader.skip(1)
    #expect(try reader.peek(1).isEmpty)
    #expect(try dataError { try reader.skip(1) }?.reason == "truncated: the data ends early")
  }

  @Test func aLineLongerThanABlockIsOneLine() throws {
    let line = String(repeating: "ab\u{E9}", count: 1 << 18)
    let reader = try reader((line + "\n" + line + "\nend\n").utf8)
    #expect(
      try reader.takeLine() == line && reader.takeLine() == line && reader.takeLine() == "end")
  }

  @Test func invalidTextIsNamedByItsLine() throws {
    let reader = try reader(Array("a\n".utf8) + [0xFF, 0x0A])
    _ = try reader.takeLine()
    let error = try dataError { _ = try reader.takeLine() }
    #expect(error?.reason == "invalid UTF-8" && error?.place?.hasSuffix("bytes:2") == true)
  }

  @Test func aPartOfAFileEndsWhereItIsTold() throws {
    let path = try folder.file("part", "0123456789".utf8)
    let part = BlockReader(try InputFile(path), from: 3, to: 7)
    #expect(try part.peek(100).elementsEqual("3456".utf8) && part.offset == 7)
    #expect(try BlockReader(InputFile(path), from: 3, to: 7).skip(past: 0x35) == 6)
    #expect(try BlockReader(InputFile(path), from: 3, to: 7).skip(past: 0x38) == nil)
    #expect(try BlockReader(InputFile(path), from: 3).skip(past: 0x38) == 9)
  }
}
