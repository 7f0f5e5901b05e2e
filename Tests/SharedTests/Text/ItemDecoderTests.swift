import Testing

@testable import Shared

@Suite struct ItemDecoderTests {
  private func decode(
    _ pieces: [[UInt8]], isNullSeparated: Bool = false
  ) throws(DataError) -> RecordedItems {
    var decoder = ItemDecoder(isNullSeparated: isNullSeparated)
    var items = RecordedItems()
    try decoder.decode(pieces: pieces, into: &items)
    return items
  }

  private func decode(_ text: String, isNullSeparated: Bool = false) throws -> [String] {
    try decode([Array(text.utf8)], isNullSeparated: isNullSeparated).strings
  }

  @Test func aLineIsAnItem() throws {
    #expect(try decode("") == [])
    #expect(try decode("emma\nolivia\n") == ["emma", "olivia"])
    #expect(try decode("emma\nolivia") == ["emma", "olivia"])
    #expect(try decode("\n\na\n\n") == ["", "", "a", ""])
    #expect(try decode("a\u{0}b\n") == ["a\u{0}b"])
  }

  @Test func oneCarriageReturnBeforeANewlineIsDropped() throws {
    #expect(try decode("a\r\nb\r\n") == ["a", "b"])
    #expect(try decode("a\r\r\n") == ["a\r"])
    #expect(try decode("\r\n\r\n") == ["", ""])
    #expect(try decode("a\rb\n\rc") == ["a\rb", "\rc"])
    #expect(try decode("a\r") == ["a\r"])
    #expect(try decode("\r") == ["\r"])
  }

  @Test func itemsMayEndWithNull() throws {
    #expect(try decode("a\nb\u{0}c\r\n\u{0}", isNullSeparated: true) == ["a\nb", "c\r\n"])
    #expect(try decode("a\u{0}\u{0}b\r", isNullSeparated: true) == ["a", "", "b\r"])
  }

  @Test func anySplitGivesTheSame() throws {
    let text = Array("\u{E9}a\r\n\n\u{1F600}\r\u{20AC}\r\n\r\r\n\u{301}\u{0}.\n\u{10FFFF}".utf8)
    for isNullSeparated in [false, true] {
      let whole = try decode([text], isNullSeparated: isNullSeparated)
      for first in 0...text.count {
        for second in first...text.count {
          let pieces = [text[..<first], text[first..<second], text[second...]].map(Array.init)
          #expect(try decode(pieces, isNullSeparated: isNullSeparated) == whole)
        }
      }
      #expect(try decode(text.map { [$0] }, isNullSeparated: isNullSeparated) == whole)
    }
  }

  @Test func linesAreNumbered() throws {
    #expect(try decode([Array("a\n\nb\r\nc".utf8)]).lines == [1, 2, 3, 4])
  }

  @Test(arguments: [
    (1, "\u{FF}"), (1, "ab\u{FF}c"), (2, "a\n\u{FF}"), (2, "a\n\u{C3}\n"),
    (3, "\n\r\n\u{E2}\u{82}"),
    (4, "\u{E9}\n\n\n\u{ED}\u{A0}\u{80}"), (1, "\u{F0}\u{9F}\u{98}"),
    (300, String(repeating: "x\n", count: 299) + "\u{80}"),
  ])
  func invalidUTF8IsFoundOnItsLine(line: Int, latin: String) throws {
    // The code points up to U+00FF stand for bytes, but for the é that is to be valid.
    var bytes: [UInt8] = []
    for scalar in latin.unicodeScalars {
      bytes += scalar == "\u{E9}" ? [0xC3, 0xA9] : [UInt8(scalar.value)]
    }
    for pieces in [[bytes], bytes.map { [$0] }] {
      var decoder = ItemDecoder()
      var items = RecordedItems()
      let error = try dataError { try decoder.decode(pieces: pieces, into: &items) }
      #expect(error?.reason.hasPrefix("invalid UTF-8 at byte 0x") == true)
      #expect(error?.place == nil)
      #expect(decoder.line == line)
    }
  }

  /// What is valid for the standard library is valid here, and reads the same.
  @Test func randomBytesAreWhatTheStandardLibrarySays() throws {
    var random = Noise(6)
    let alphabet: [UInt8] = [
      0x61, 0x0A, 0x0D, 0x00, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC1, 0xC3, 0xE0, 0xE2, 0xED, 0xEF,
      0xF0,
      0xF4,
    ]
    var valid = 0
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
        alphabet[Int.random(in: alphabet.indices, using: &random)]
      }
      let text = String(validating: bytes, as: UTF8.self)
      let items = try? decode([bytes], isNullSeparated: true)
      #expect((items == nil) == (text == nil), "\(bytes)")
      guard let text else { continue }
      valid += 1
      var lines = text.unicodeScalars.split(separator: "\0", omittingEmptySubsequences: false)
      if lines.last?.isEmpty == true { lines.removeLast() }
      #expect(items?.items == lines.map(Array.init))
    }
    #expect(valid > 500)
  }

  @Test func bytesAreCountedInRangesOfAnyLength() {
    for count in [0, 1, 7, 8, 9, 31, 64, 65, 223, 224, 225, 448, 449, 1000] {
      let bytes = [UInt8](repeating: 7, count: count + 1)
      bytes.withUnsafeBufferPointer {
        #expect(ItemDecoder.count(7, in: $0, 1..<count + 1) == count)
        #expect(ItemDecoder.count(8, in: $0, 0..<count) == 0)
      }
    }
  }
}
