import Testing

@testable import Shared

@Suite struct JSONTests {
  private func parse(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

  private func refusal(_ text: String) throws -> String? {
    try refusal(Array(text.utf8))
  }

  private func refusal(_ bytes: [UInt8]) throws -> String? {
    let reason = try dataError { _ = try JSON(parsing: bytes) }?.reason
    return reason?.replacing("header is no strict JSON: ", with: "")
  }

  @Test func readsEveryKindOfValue() throws {
    let value = try parse(
      " {\"a\" : [ null , true,false,\t-0.5e+3, 0, 10E2 ],\r\n \"b\":{}, \"\":[], \"c\":\"x\"} \n")
    let array = JSON.array([
      .null, .boolean(true), .boolean(false), .number("-0.5e+3"), .number("0"), .number("10E2"),
    ])
    #expect(
      value
        == .object([
          ("a", array), ("b", .object([])), ("", .array([])), ("c", .string("x")),
        ]))
  }

  @Test func undoesEveryEscape() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\uDE00\u0000é""#
    #expect(
      try parse(text) == .string("\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{20AC}\u{1F600}\u{0}\u{E9}"))
  }

  @Test func refusesRepeatedKeys() throws {
    #expect(try refusal(#"{"a":1,"a":2}"#) == #"repeats the key "a" at byte 10"#)
    #expect(try refusal(#"{"a":1,"\u0061":2}"#) == #"repeats the key "a" at byte 15"#)
    #expect(try refusal(#"[{"\/":{},"b":0,"/":{}}]"#) == #"repeats the key "/" at byte 19"#)
    #expect(try refusal(#"{"":1,"":2}"#) == #"repeats the key "" at byte 8"#)
  }

  @Test func keysThatOnlyLookAlikeAreDifferent() throws {
    for text in [#"{"é":1,"e\#u{301}":2}"#, #"{"\u00e9":1,"e\u0301":2}"#, #"{"K":1,"\u212a":2}"#] {
      guard case .object(let members) = try parse(text) else {
        Issue.record("no object: \(text)")
        continue
      }
      #expect(members.count == 2)
    }
    #expect(try parse(#"{"K":1}"#) != parse(#"{"\u212a":1}"#))
    #expect(try parse(#""K""#) != parse(#""\u212a""#))
  }

  @Test(arguments: [
    ("[1,]", "expected a value at byte 3"), ("{\"a\":1,}", "expected a key at byte 7"),
    ("[,1]", "expected a value at byte 1"), ("{,}", "expected a key at byte 1"),
    ("{a:1}", "expected a key at byte 1"), ("{\"a\" 1}", "expected ':' at byte 5"),
    ("{\"a\":1 \"b\":2}", "expected ',' or '}' at byte 7"),
    ("[1 2]", "expected ',' or ']' at byte 3"),
    ("", "truncated, expected a value at byte 0"), ("  ", "truncated, expected a value at byte 2"),
    ("{} x", "expected the end at byte 3"), ("{}{}", "expected the end at byte 2"),
    ("{}\u{0}", "expected the end at byte 2"), ("1 //", "expected the end at byte 2"),
    ("[}", "expected a value at byte 1"), ("True", "expected a value at byte 0"),
    ("nul", "expected a value at byte 0"), ("nulL", "expected a value at byte 0"),
    ("NaN", "expected a value at byte 0"), ("Infinity", "expected a value at byte 0"),
    ("'a'", "expected a value at byte 0"), ("\u{FEFF}{}", "expected a value at byte 0"),
    ("\u{C}1", "expected a value at byte 0"), ("\u{A0}1", "expected a value at byte 0"),
  ])
  func refusesWhatIsLooser(text: String, reason: String) throws {
    #expect(try refusal(text) == reason)
  }

  @Test(arguments: [
    ("01", "expected the end at byte 1"), ("-01", "expected the end at byte 2"),
    ("1.", "truncated, expected a digit at byte 2"), (".5", "expected a value at byte 0"),
    ("-", "truncated, expected a digit at byte 1"), ("+1", "expected a value at byte 0"),
    ("1e", "truncated, expected a digit at byte 2"),
    ("1e+", "truncated, expected a digit at byte 3"),
    ("1e+-2", "expected a digit at byte 3"), ("0x10", "expected the end at byte 1"),
    ("--1", "expected a digit at byte 1"), ("1_0", "expected the end at byte 1"),
  ])
  func refusesLooseNumbers(text: String, reason: String) throws {
    #expect(try refusal(text) == reason)
  }

  @Test func onlyPlainDigitsAreANaturalNumber() throws {
    #expect(try parse("0").natural == 0)
    #expect(try parse("9223372036854775807").natural == Int.max)
    for text in ["3.0", "3e0", "-3", "-0", "9223372036854775808", "\"3\"", "null", "[3]"] {
      #expect(try parse(text).natural == nil)
    }
  }

  @Test func refusesControlCharactersInStrings() throws {
    for byte in UInt8(0)..<0x20 {
      #expect(
        try refusal([0x22, 0x61, byte, 0x22]) == "a control character in a string at byte 2")
    }
    #expect(try JSON(parsing: [0x22, 0x7F, 0x22]) == .string("\u{7F}"))
  }

  @Test(arguments: [
    #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800\u0041""#, #""\ud800x""#,
    #""\ud83d\n""#, #""\udfff\ud800""#,
  ])
  func refusesHalfASurrogatePair(text: String) throws {
    #expect(try refusal(text)?.hasPrefix("half of a surrogate pair") == true)
  }

  @Test(arguments: [#""\x""#, #""\U0041""#, #""\u00g0""#, #""\u12""#, #""\u+123""#, "\"\\\n\""])
  func refusesUnknownEscapes(text: String) throws {
    #expect(try refusal(text)?.contains("expected") == true)
  }

  @Test func refusesStringsThatAreNoUTF8() throws {
    for bytes in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] {
      let text = [0x22] + bytes.map(UInt8.init) + [0x22]
      #expect(try refusal(text)?.hasPrefix("a string that is no UTF-8") == true)
    }
  }

  @Test func depthIsBounded() throws {
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    let limit = JSON.maximumDepth
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      #expect(try refusal(nested(limit, open, close)) == nil)
      #expect(
        try refusal(nested(limit + 1, open, close))?.hasPrefix("nested deeper than 32 levels")
          == true)
    }
    // Depth is not a count of brackets.
    #expect(try refusal("[" + String(repeating: "[],{},", count: 100) + "1]") == nil)
    #expect(try refusal([UInt8](repeating: 0x5B, count: 1_000_000))?.hasPrefix("nested") == true)
  }

  @Test func everyPrefixIsRefused() throws {
    let text = Array(#"{"a":[true,null,-1.5e+10,{"k\u00e9y":"vä\n\ud83d\ude00"}],"b":false}"#.utf8)
    #expect(try refusal(text) == nil)
    for length in text.indices { #expect(try refusal(Array(text[..<length])) != nil) }
  }

  /// No byte that changes, comes or goes makes the reader trap.
  @Test func mutationsAreReadOrRefused() throws {
    var random = Noise(1)
    let header = SafeTensorsWriter.header(
      metadata: ["mm.kind": "gpt", "mm.vocab": "ab\u{E9}\u{1F600}", "x": "\"\\\n"],
      tensors: [
        TensorShape(name: "a.b", dtype: .F32, shape: [2, 3]),
        TensorShape(name: "c", dtype: .I64, shape: []),
      ])
    let alphabet = Array("{}[]\",:\\u0d8e9-.+ tfn".utf8)
    var accepted = 0
    for _ in 0..<4000 {
      var bytes = Array(header.utf8)
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let index = Int.random(in: bytes.indices, using: &random)
        let byte =
          Bool.random(using: &random)
          ? UInt8.random(in: 0...255, using: &random)
          : alphabet[Int.random(in: alphabet.indices, using: &random)]
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = byte
        case 1: bytes.insert(byte, at: index)
        default: bytes.remove(at: index)
        }
      }
      if try refusal(bytes) == nil { accepted += 1 }
      _ = try dataError { _ = try SafeTensorsReader.parse(bytes) }
    }
    #expect(accepted > 0)
  }

  @Test func quotedTextReadsBack() throws {
    let all = (0..<0x300 as Range<UInt32>).compactMap(Unicode.Scalar.init).map(String.init).joined()
    for text in ["", all, "\u{2028}\u{1F600}e\u{301}\u{FFFF}\u{10FFFF}"] {
      #expect(try parse(JSON.quoted(text)) == .string(text))
    }
    #expect(JSON.quoted("\u{0}\u{1F}\u{7F}\"\\\n") == #""\u0000\u001f\u007f\"\\\n""#)
  }
}
