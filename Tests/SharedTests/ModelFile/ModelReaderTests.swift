import Foundation
import Testing

@testable import Shared

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct ModelReaderTests {
  private let folder: TemporaryFolder
  private let bob = countsText("# . b o\n. 0 1 0\nb 1 0 1\no 0 1 0")

  init() throws { folder = try TemporaryFolder() }

  @Test func theFormIsToldByTheFirstBytes() throws {
    let model = try folder.model(bob)
    #expect(
      model
        == ModelFile(
          kind: .counts, vocabulary: try Vocabulary(text: "bo"),
          tensors: [
            Tensor(name: "counts", shape: [3, 3], values: .i64([0, 1, 0, 1, 0, 1, 0, 1, 0]))
          ]))
    #expect(try folder.models(folder.bytes(of: model, .binary)) == [model])
    #expect(try folder.bytes(of: model, .text) == Array(bob.utf8))
  }

  @Test func aStreamHoldsSeveralModelsInEitherForm() throws {
    let text = Array(bob.utf8)
    let binary = try folder.bytes(of: folder.model(bob), .binary)
    let model = try folder.model(bob)
    for stream in [text + text, binary + binary, text + binary + text, binary + text + binary] {
      let models = try folder.models(stream)
      #expect(models.count >= 2 && models.allSatisfy { $0 == model })
      let path = try folder.file("stream", stream)
      #expect(
        try dataError { _ = try ModelReader.model(in: path) }
          == DataError("holds several models where one is wanted", at: path))
    }
  }

  @Test func emptyInputHasItsOwnMessage() throws {
    #expect(try folder.refusal([]) == "-: is empty where a model is wanted")
    let path = try folder.file("empty", [])
    #expect(
      try dataError { _ = try ModelReader.model(in: path) }
        == DataError("is empty where a model is wanted", at: path))
    #expect(
      try dataError { _ = try ModelReader.model(in: folder.path("absent")) }
        == DataError("No such file or directory", at: folder.path("absent")))
  }

  // MARK: safetensors

  @Test func headersThatAreTooLongAreRefused() throws {
    let length = withUnsafeBytes(of: UInt64(100_000_001).littleEndian, Array.init)
    #expect(
      try folder.refusal(length + "{}".utf8)
        == "-: a header of 100000001 bytes, more than 100000000")
    #expect(
      try folder.refusal([UInt8](repeating: 0xFF, count: 8) + "{}".utf8)
        == "-: a header of 18446744073709551615 bytes, more than 100000000")
    #expect(
      try folder.refusal("emma\nolivia\n".utf8)
        == "-: is not a model, neither safetensors nor '#mm' text; mm-count makes one of text")
  }

  @Test func headersLongerThanTheDataAreTruncated() throws {
    for length in [3, 99_999_999, 100_000_000] as [UInt64] {
      let bytes = withUnsafeBytes(of: length.littleEndian, Array.init) + "{}".utf8
      #expect(try folder.refusal(bytes) == "-: truncated: the data ends early")
    }
  }

  @Test func headersThatAreNoObjectAreRefused() throws {
    #expect(try folder.refusal(safetensors("[]")) == "-: header does not begin with '{'")
    #expect(
      try folder.refusal(safetensors("{]"))
        == "-: header is no strict JSON: expected a key at byte 1")
  }

  @Test func dataPastTheEndIsTruncated() throws {
    let header = "{\"a\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]}}"
    #expect(
      try folder.refusal(safetensors(header, data: [UInt8](repeating: 0, count: 15)))
        == "-: truncated: the data ends early")
    #expect(try folder.models(safetensors(header, data: Array(repeating: 0, count: 16))).count == 1)
  }

  @Test func bytesAfterAModelAreRefused() throws {
    let text = Array(bob.utf8)
    let models = [text, try folder.bytes(of: folder.model(bob), .binary)]
    for model in models {
      for junk in ["b\t1\t0\t1\n", "emma\nolivia\n", String(repeating: "\u{0}", count: 9)] {
        #expect(
          try folder.refusal(model + junk.utf8) == "-: bytes after a model that begin no other")
      }
      for junk in ["\n", "x", "#", "#mm"] {
        #expect(
          try folder.refusal(model + junk.utf8)
            == "-: truncated, or bytes after a model that begin no other")
      }
    }
  }

  @Test func tensorsOfOtherTypesArePassedOver() throws {
    let header = """
      {"x":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},\
      "y":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},\
      "z":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}
      """
    let data = [7, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9, 0, 0, 0x80, 0x3F] as [UInt8]
    #expect(
      try folder.models(safetensors(header, data: data)).first?.tensors == [
        Tensor(name: "y", shape: [1], values: .i64([7])),
        Tensor(name: "z", shape: [1], values: .f32([1])),
      ])
  }

  /// The product of the dimensions before the zero overflows.
  @Test func aHugeShapeWithAZeroIsEmpty() throws {
    let header = """
      {"a":{"dtype":"I64","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}
      """
    let shape = [4_611_686_018_427_387_904, 4, 0]
    #expect(
      try folder.models(safetensors(header)).first?.tensors == [
        Tensor(name: "a", shape: shape, values: .i64([]))
      ])
    let text = "#mm\t1\tgpt\n#tensor\ta\tI64\t4611686018427387904\t4\t0\n"
    #expect(
      try folder.model(text).tensors == [Tensor(name: "a", shape: shape, values: .i64([]))])
  }

  #if os(Linux)
    /// In 64 MB more than it has, a process finds out that a terabyte is not there.
    @Test func memoryIsNotReservedOnTheWordOfAHeader() async {
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        let statistics = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(statistics.split(separator: " ").first.flatMap { UInt($0) })
        let limit = rlim_t(pages * 4096 + 64 << 20)
        var limits = rlimit(rlim_cur: limit, rlim_max: limit)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits) == 0)

        let early = "-: truncated: the data ends early"
        let length = withUnsafeBytes(of: UInt64(99_999_999).littleEndian, Array.init)
        #expect(try folder.refusal(length + "{".utf8) == early)
        for dtype in ["I64", "C64"] {
          let header = """
            {"a":{"dtype":"\(dtype)","shape":[125000000000],"data_offsets":[0,1000000000000]}}
            """
          #expect(try folder.refusal(safetensors(header, data: [1, 2, 3])) == early)
        }
        #expect(
          try folder.refusal("#mm\t1\tgpt\n#tensor\ta\tI64\t125000000\t1000\n".utf8)
            == "-:2: truncated: 0 of 125000000 rows")
      }
    }
  #endif

  // MARK: Text

  @Test(arguments: [
    ("#mm\t2\tcounts\n", "1: version \"2\", expected 1"),
    ("#mm\t\n", "1: expected '#mm', a version and a kind"),
    ("#mm\t1\tcounts\tx\n", "1: expected '#mm', a version and a kind"),
    ("#mm\t1\tmarkov\n", "1: truncated: the tensors are missing"),
    ("#mm\t1\tgpt\n#meta\ta\n", "2: expected '#meta', a key and a value"),
    ("#mm\t1\tgpt\n#meta\ta\tb\tc\n", "2: expected '#meta', a key and a value"),
    ("#mm\t1\tgpt\n#meta\ta\t\\x\n", "2: expected '#meta', a key and a value"),
    ("#mm\t1\tgpt\n#meta\ta\t1\n#meta\ta\t2\n", "3: repeats the key \"a\""),
    ("#mm\t1\tgpt\n#meta\ta\t1\n#meta\t\\u{61}\t2\n", "3: repeats the key \"a\""),
    ("#mm\t1\tgpt\n#meta\tmm.kind\tgpt\n", "2: repeats the key \"mm.kind\""),
  ])
  func refusesMalformedStructure(text: String, reason: String) throws {
    #expect(try folder.refusal(text.utf8) == "-:\(reason)")
  }

  @Test(arguments: [
    ("a\n", "2: expected '#tensor', a name, a dtype and the dimensions"),
    ("\\q\tF32\n", "2: expected '#tensor', a name, a dtype and the dimensions"),
    ("a\tF32\t-1\n", "2: expected '#tensor', a name, a dtype and the dimensions"),
    ("a\tF32\t1.0\n", "2: expected '#tensor', a name, a dtype and the dimensions"),
    ("a\tF32\t+1\n", "2: expected '#tensor', a name, a dtype and the dimensions"),
    ("a\tF32\t\n", "2: expected '#tensor', a name, a dtype and the dimensions"),
    (
      "a\tF32\t9223372036854775808\n",
      "2: expected '#tensor', a name, a dtype and the dimensions"
    ),
    ("a\tF33\t1\n1\n", "2: unknown dtype \"F33\""),
    ("a\tF16\t1\n1\n", "2: dtype F16, expected U8, U16, U32, I64, F32 or F64"),
    ("a\tF32\t4294967296\t4294967296\n1\n", "2: the shape's size overflows"),
    ("a\tF32\t2\n1\n", "3: expected 2 values, found 1"),
    ("a\tF32\t2\n1\t2\t3\n", "3: expected 2 values, found 3"),
    ("a\tF32\t2\t1\n1\n\n", "4: \"\" is no F32 number"),
    ("a\tF32\t1\n1\n#tensor\ta\tI64\t1\n1\n", "5: repeats the tensor a"),
    ("a\tI64\t1\n1.5\n", "3: \"1.5\" is no I64 number"),
    ("a\tI64\t1\n9223372036854775808\n", "3: \"9223372036854775808\" is no I64 number"),
    ("a\tF32\t1\n 1\n", "3: \" 1\" is no F32 number"),
    ("a\tF64\t1\none\n", "3: \"one\" is no F64 number"),
    ("a\tF64\t1\n1\u{E9}\n", "3: \"1\u{E9}\" is no F64 number"),
  ])
  func refusesMalformedTensors(text: String, reason: String) throws {
    #expect(try folder.refusal("#mm\t1\tgpt\n#tensor\t\(text)".utf8) == "-:\(reason)")
  }

  @Test(arguments: [
    ("# . a\n. 1 2\nb 3 4", "5: expected the row of a"),
    ("# . a\na 1 2\n. 3 4", "4: expected the row of ."),
    ("# . a\n. 1 2\na 3", "5: expected 2 values, found 1"),
    (
      "# a b\n. 1 2\na 3 4",
      "3: expected '#', the boundary's label '.' and those of the other columns"
    ),
    (
      "#x . a\n. 1 2\na 3 4",
      "3: expected 2 values, found 3"
    ),
    ("# . ab\n. 1 2\na 3 4", "3: the label \"ab\" is no single character"),
    ("# . .\n. 1 2\na 3 4", "3: the label \".\" is no single character"),
    ("# . \\x\n. 1 2\na 3 4", "3: the label \"\\\\x\" is no single character"),
    (
      "# . b a\n. 1 2 3",
      "3: the vocabulary is out of order: 'b' (U+0062) stands before 'a' (U+0061)"
    ),
    ("# . a a\n. 1 2 3", "3: the vocabulary repeats 'a' (U+0061)"),
  ])
  func refusesMalformedTables(rows: String, reason: String) throws {
    #expect(try folder.refusal(countsText(rows).utf8) == "-:\(reason)")
  }

  @Test func labelsFitTheShape() throws {
    let text = "#mm\t1\tcounts\n#tensor\tcounts\tI64\t2\t3\n#\t.\ta\n"
    #expect(try folder.refusal(text.utf8) == "-:3: 2 labels do not fit the shape [2, 3]")
    #expect(
      try folder.refusal(bob.replacing("\t3\t3", with: "\t3").utf8)
        == "-:3: 3 labels do not fit the shape [3]")
  }

  @Test func invalidUTF8IsNamedWithItsLine() throws {
    let text = bob.utf8.map { $0 == UInt8(ascii: "b") ? 0xFF : $0 }
    #expect(try folder.refusal(text) == "-:3: invalid UTF-8")
  }

  /// A label may be escaped that need not be, by another program or version of Unicode.
  @Test func rowsAreLabelledAsTheColumnsAre() throws {
    let model = try folder.model(
      countsText("# . \\u{61} \\u{1F600}\n. 1 2 3\n\\u{61} 4 5 6\n\\u{1F600} 7 8 9"))
    #expect(try model.vocabulary().text == "a\u{1F600}")
  }

  /// Swift takes K and the Kelvin sign for equal strings.
  @Test func labelsThatOnlyLookAlikeAreDifferent() throws {
    let rows = "# . K \u{212A}\n. 1 2 3\nK 4 5 6\n\u{212A} 7 8 9"
    #expect(try folder.model(countsText(rows)).vocabulary().scalars == ["K", "\u{212A}"])
    #expect(
      try folder.refusal(countsText("# . K \u{212A}\n. 1 2 3\n\u{212A} 4 5 6\nK 7 8 9").utf8)
        == "-:5: expected the row of K")
  }

  @Test func tablesOfAModelShareTheirLabels() throws {
    let tables = "#tensor\tother\tI64\t2\t2\n#\t.\tK\n.\t1\t2\nK\t3\t4\n"
    let text = countsText("# . \u{212A}\n. 1 2\n\u{212A} 3 4") + tables
    #expect(
      try folder.refusal(text.utf8) == "-:7: the columns' labels differ from those before")
    #expect(try folder.model(countsText("# . K\n. 1 2\nK 3 4") + tables).tensors.count == 2)
  }

  @Test func trailingRowsAreNoModel() throws {
    #expect(
      try folder.refusal((bob + "o\t0\t1\t0\n").utf8)
        == "-: bytes after a model that begin no other")
  }

  @Test func textAfterWindowsIsRead() throws {
    let text = "#mm\t1\tcounts\n#tensor\tcounts\tI64\t2\t2\n#\t.\ta\n.\t0\t1\na\t1\t0\n"
    let plain = try folder.models(text.utf8)
    #expect(try folder.models(text.replacingOccurrences(of: "\n", with: "\r\n").utf8) == plain)
    #expect(try folder.models(("\u{FEFF}" + text).utf8) == plain)
    #expect(try folder.refusal((text + "\u{FEFF}" + text).utf8) != nil)
  }

  /// A tab as the last of the bytes that are looked at, as a row of which no digit is seen has it.
  @Test func aBinaryModelIsNotTakenForRows() throws {
    let header = "{" + String(repeating: " ", count: 246) + "\t}"
    let path = try folder.file("model", safetensors(header))
    #expect(try ModelReader(InputFile(path)).rows() == nil)
    #expect(try readModels(in: path).count == 1)
  }
}
