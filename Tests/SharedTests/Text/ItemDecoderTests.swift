import Testing

@testable import Shared

@Suite struct ItemDecoderTests {
  private func decode(
    _ pieces: [[UInt8]], isNullSeparated: Bool = false, skipsInvalid: Bool = false
  ) throws(DataError) -> RecordedItems {
    var decoder = ItemDecoder(
      LineRules(isNullSeparated: isNullSeparated, skipsInvalid: skipsInvalid))
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
    for isNullSeparated in [false, true] {
      let null = isNullSeparated ? "\u{0}" : "\n"
      let text = Array(
        "\u{E9}a\r\n\n\u{FEFF}\u{1F600}\r\u{20AC}\r\n\r\r\n\u{301}\(null).\n\u{10FFFF}".utf8)
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

  @Test func oneByteOrderMarkAtTheStartOfAnItemIsDropped() throws {
    let mark = "\u{FEFF}"
    #expect(try decode("\(mark)a\nb\n\(mark)c\r\n") == ["a", "b", "c"])
    #expect(try decode("\(mark)\(mark)a\nb\(mark)\n") == ["\(mark)a", "b\(mark)"])
    #expect(try decode("\(mark)\n\(mark)\r\n\(mark)") == ["", "", ""])
    #expect(try decode("\(mark)a\0\(mark)b", isNullSeparated: true) == ["a", "b"])
  }

  @Test func aNullByteInALineIsRefused() throws {
    for (text, line, form) in [
      ("a\nb\0c", 2, "UTF-16LE"), ("\0v\0e\0\n", 1, "UTF-16BE"), ("v\0e\0\n\0", 1, "UTF-16LE"),
    ] {
      for skipsInvalid in [false, true] {
        var decoder = ItemDecoder(LineRules(skipsInvalid: skipsInvalid))
        var items = RecordedItems()
        let error = try dataError { try decoder.decode(pieces: [Array(text.utf8)], into: &items) }
        #expect(error?.reason.contains("iconv -f \(form) -t UTF-8;") == true)
        #expect(decoder.line == line)
      }
    }
  }

  @Test func linesThatAreNotUTF8AreLeftOut() throws {
    let text: [UInt8] =
      [0xFF, 0x0A] + Array("a\r\n".utf8) + [0x62, 0xC3, 0x0A] + Array("\u{FEFF}\u{E9}\n".utf8)
      + [0x63, 0xE2, 0x82]
    for pieces in [[text], text.map { [$0] }] {
      let read = try decode(pieces, skipsInvalid: true)
      #expect(read.strings == ["", "a", "", "\u{E9}", ""])
      #expect(read.lines == [1, 2, 3, 4, 5])
    }
    var decoder = ItemDecoder(LineRules(skipsInvalid: true))
    var items = RecordedItems()
    try decoder.decode(pieces: [text], into: &items)
    #expect(decoder.skippedLines == 3)
  }

  /// The standard library says which lines are UTF-8.
  @Test func randomLinesAreKeptOrLeftOut() throws {
    var random = Noise(12)
    let alphabet: [UInt8] = [0x61, 0x0A, 0x0A, 0x0D, 0x80, 0xBB, 0xBF, 0xC3, 0xED, 0xEF, 0xF4]
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0..<9, using: &random)).map { _ in
        alphabet[Int.random(in: alphabet.indices, using: &random)]
      }
      let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      let kept = lines.map { String(validating: $0, as: UTF8.self) == nil ? [] : Array($0) }
      let clean = Array(kept.joined(separator: [0x0A]))
      let expected = try decode([clean]).strings.filter { !$0.isEmpty }
      for pieces in [[bytes], bytes.map { [$0] }] {
        #expect(try decode(pieces, skipsInvalid: true).strings.filter { !$0.isEmpty } == expected)
      }
    }
  }

  /// Where there is nothing to leave out, lines taken as a whole are what they are otherwise.
  @Test func wholeLinesGiveTheSame() throws {
    let text = Array("\n\u{FEFF}a\r\n\u{FEFF}\u{FEFF}b\r\r\n\u{20AC}\r\n\r\n\rc\r".utf8)
    for isNullSeparated in [false, true] {
      let expected = try decode([text], isNullSeparated: isNullSeparated)
      for pieces in [[text], text.map { [$0] }] {
        #expect(
          try decode(pieces, isNullSeparated: isNullSeparated, skipsInvalid: true).strings
            == expected.strings)
      }
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
