import Testing

@Suite struct CountTests {
  static let tool = "mm-count"

  @Test func bobIsTheTableOfTheInterface() throws {
    for arguments in [["--text"], ["-t"], ["--te"], ["-t", "-"], ["-", "-t"], ["-t", "--", "-"]] {
      let run = try Runner.run(Self.tool, arguments, text: "bob\n")
      #expect(run.text == Fixture.bob)
      #expect(run.errors.isEmpty)
      #expect(run.status == 0)
    }
  }

  @Test func binaryIsSafetensors() throws {
    let header =
      #"{"__metadata__":{"format":"pt","mm.kind":"counts","mm.version":"1","mm.vocab":"bo"},"#
      + #""counts":{"dtype":"I64","shape":[3,3],"data_offsets":[0,72]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var expected = [UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(padded.utf8)
    for count: UInt8 in [0, 1, 0, 1, 0, 1, 0, 1, 0] { expected += [count, 0, 0, 0, 0, 0, 0, 0] }
    #expect(try Fixture.binaryBob() == expected)
  }

  @Test func theEndOfAFileEndsItsLine() throws {
    let folder = try TemporaryFolder()
    let first = try folder.file("first", "bob".utf8)
    let second = try folder.file("second", "bob\r\n\n\r\nbob".utf8)
    let run = try Runner.run(Self.tool, ["-t", first, "-", second], text: "bob")
    #expect(
      run.text == Fixture.bob.replacing("\t1", with: "\t4").replacing("#mm\t4", with: "#mm\t1"))
    #expect(run.status == 0)
  }

  @Test func trigramsAreAList() throws {
    for option in [["--order", "3"], ["--order=3"], ["--o=3"]] {
      let run = try Runner.run(Self.tool, option + ["-t"], text: "a.\n")
      #expect(run.text == "#mm\t1\tcounts\n#ngrams\t3\t3\n..a\t1\n.a\\.\t1\na\\..\t1\n")
      #expect(run.status == 0)
    }
  }

  @Test func rowsAreAModelInAnyOrder() throws {
    let rows = try Runner.output(of: Self.tool, ["--order=3", "--rows"], input: "bob\nbo\n".utf8)
    let text = String(decoding: rows, as: UTF8.self)
    #expect(text == "..b\t2\n.bo\t2\nbo.\t1\nbob\t1\nob.\t1\n")
    let model = try Runner.output(of: Self.tool, ["--order=3"], input: "bob\nbo\n".utf8)
    let lines = text.split(separator: "\n").map(String.init)
    let shuffled = (lines.reversed() + ["", "zzz\t0"]).joined(separator: "\r\n") + "\r\n"
    for rows in [text, shuffled, "\u{FEFF}" + text] {
      #expect(try Runner.output(of: Self.tool, ["--merge"], input: rows.utf8) == model)
    }
    let halves = lines.map { $0.replacing("\t2", with: "\t1") }
    let twice = (lines + halves.filter { $0.hasPrefix(".") }).map {
      $0.hasPrefix(".") ? $0.replacing("\t2", with: "\t1") : $0
    }
    #expect(
      try Runner.output(
        of: Self.tool, ["--merge"], input: (twice.joined(separator: "\n") + "\n").utf8)
        == model)
    #expect(try Runner.output(of: Self.tool, ["--merge", "--rows"]) == [])
  }

  @Test(arguments: [
    ("..b\t1\n.bo", "2: truncated: no newline at the end"),
    ("..b\t1\n.bo\n", "2: expected an n-gram, a tab and a count"),
    ("..b\t1\n#x\t1\n", "2: a line that begins with '#' among rows"),
    ("..b\t1\n.b\t1\n", "2: an n-gram of 2 tokens, expected 3"),
    ("..b\t1\nb.o\t1\n", "2: no text has the n-gram 'b.o'"),
    ("..b\t1\n...\t1\n", "2: no text has the n-gram '...'"),
    ("..b\t1\n.b.\t-1\n", "2: \"-1\" is not a count from 0 to 2^63 - 1"),
    ("..b\t1\n.b\\x\t1\n", "2: \"\\\\x\" is not the label of a character"),
    ("..b\t9223372036854775807\n..b\t1\n", "2: a count overflows 64 bits"),
  ])
  func badRowsAreNamed(rows: String, reason: String) throws {
    Conventions.expect(
      "mm-count: -:\(reason)", try Runner.run(Self.tool, ["--merge"], text: rows))
  }

  @Test func aLostRowOrPieceIsFound() throws {
    let rows = "..b\t2\n.bo\t2\nbo.\t1\nbob\t1\nob.\t1\n"
    for items in ["2", "2:7"] {
      _ = try Runner.output(of: Self.tool, ["--merge", "--items=\(items)"], input: rows.utf8)
    }
    Conventions.expect(
      "mm-count: 2 n-grams open an item and 2 close one, where --items 3 wants 3",
      try Runner.run(Self.tool, ["--merge", "--items=3"], text: rows))
    Conventions.expect(
      "mm-count: 7 tokens, where --items 2:8 wants 8",
      try Runner.run(Self.tool, ["--merge", "--items=2:8"], text: rows))
    let lost = rows.replacing("bob\t1\n", with: "")
    Conventions.expect(
      "mm-count: 'bo' is not left as often as it is entered: rows are missing",
      try Runner.run(Self.tool, ["--merge", "--items=2"], text: lost))
  }

  @Test func noInputIsAnEmptyModelWhichMergesAsNothing() throws {
    let empty = try Runner.output(of: Self.tool)
    #expect(
      try Runner.run(Self.tool, ["-t"], text: "\r\n\n\r\n").text
        == "#mm\t1\tcounts\n#tensor\tcounts\tI64\t1\t1\n#\t.\n.\t0\n")
    let bob = try Fixture.binaryBob()
    #expect(try Runner.output(of: Self.tool, ["--merge"], input: empty + bob + empty) == bob)
  }

  @Test func mergingAddsEveryCell() throws {
    // The boundary after the boundary, which no text has, but a table that someone made may.
    let ones = """
      #mm\t1\tcounts
      #tensor\tcounts\tI64\t2\t2
      #\t.\ta
      .\t1\t1
      a\t1\t1

      """
    for count in 1...3 {
      let run = try Runner.run(
        Self.tool, ["--merge", "-t"], text: String(repeating: ones, count: count))
      #expect(
        run.text
          == ones.replacing("\t1\t1\n", with: "\t\(count)\t\(count)\n")
          .replacing("a\t1\t1", with: "a\t\(count)\t\(count)"))
    }
  }

  @Test(arguments: [
    Misuse("-x", reason: "invalid option -- 'x'"),
    Misuse("-5", reason: "invalid option -- '5'"),
    Misuse("--no-such", reason: "unrecognized option '--no-such'"),
    Misuse("--t", reason: "option '--t' is ambiguous: '--text' '--threads'"),
    Misuse("--text=1", reason: "option '--text' doesn't allow an argument"),
    Misuse("--order", reason: "option '--order' requires an argument"),
    Misuse("--order=", reason: "option '--order': '' is not a whole number, 2 to 12"),
    Misuse("--order", "1", reason: "option '--order': '1' is not a whole number, 2 to 12"),
    Misuse("--order", "13", reason: "option '--order': '13' is not a whole number, 2 to 12"),
    Misuse("--order", "2.5", reason: "option '--order': '2.5' is not a whole number, 2 to 12"),
    Misuse("--threads=0", reason: "option '--threads': '0' is not a whole number, 1 to 1024"),
    Misuse(
      "--merge", "-z",
      reason: "--merge reads models, not text: -z does not go with it"),
    Misuse(
      "--merge", "--weighted",
      reason: "--merge reads models, not text: --weighted does not go with it"),
    Misuse(
      "--merge", "--skip-invalid",
      reason: "--merge reads models, not text: --skip-invalid does not go with it"),
    Misuse(
      "--merge", "--order=2",
      reason: "--merge reads models, not text: --order does not go with it"),
  ])
  func wrongCommandLine(_ misuse: Misuse) throws {
    try Conventions.expect(misuse, of: Self.tool)
  }

  @Test func badTextIsNamedByItsLine() throws {
    // A stray byte, an overlong form, a surrogate, a character cut at the end of its line, and one
    // cut at the end of the input.
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3], [0xE2, 0x82]] {
      for end: [UInt8] in [[], [0x0A]] {
        let run = try Runner.run(Self.tool, input: Array("bob\nb".utf8) + bytes + end)
        let digits = String(bytes[0], radix: 16, uppercase: true)
        Conventions.expect(
          "mm-count: -:2: invalid UTF-8 at byte 0x\(digits); "
            + "find such lines: LC_ALL=C.UTF-8 grep -naxv '.*'; "
            + "convert Latin-1: iconv -f latin1 -t UTF-8 | mm-count; "
            + "leave them out: mm-count --skip-invalid", run)
      }
    }
  }

  @Test func badFilesAreNamed() throws {
    let folder = try TemporaryFolder()
    let absent = folder.path("absent")
    Conventions.expect(
      "mm-count: \(absent): No such file or directory", try Runner.run(Self.tool, ["-", absent]))
    Conventions.expect(
      "mm-count: \(folder.path("")): Is a directory", try Runner.run(Self.tool, [folder.path("")]))
  }

  @Test func badModelsAreNamed() throws {
    let folder = try TemporaryFolder()
    let logits = try folder.file("logits", Fixture.logits.utf8)
    let trigrams = try folder.file(
      "trigrams", try Runner.output(of: Self.tool, ["--order=3"], input: "bob".utf8))
    Conventions.expect(
      "mm-count: \(logits): a model of kind bigram where counts are wanted; mm-count makes them",
      try Runner.run(Self.tool, ["--merge", "-", logits], text: Fixture.bob))
    Conventions.expect(
      "mm-count: \(trigrams): counts of order 3, and of order 2 before them",
      try Runner.run(Self.tool, ["--merge", "-", trigrams], text: Fixture.bob))
    Conventions.expect(
      "mm-count: -: a negative count: -1",
      try Runner.run(
        Self.tool, ["--merge"], text: Fixture.bob.replacing("o\t0\t1", with: "o\t0\t-1")))
  }

  @Test func cutModelsAreTold() throws {
    try Conventions.expectTruncated(Self.tool, ["--merge"])
  }

  @Test func helpAndVersion() throws {
    try Conventions.expectHelp(
      of: Self.tool,
      options: [
        "--order N": "2", "--merge": nil, "--items N[:TOKENS]": nil, "-t, --text": nil,
        "--rows": nil, "--weighted": nil, "--skip-invalid": nil, "-z, --null": nil,
        "--threads N": "the cores this process may use",
      ])
    try Conventions.expectVersion(of: Self.tool)
  }

  @Test func modelsOfNothingMergeAsNothingWhateverTheirOrder() throws {
    let empty = try Runner.output(of: Self.tool)
    let counts = try Runner.output(of: Self.tool, ["--order", "3"], input: Array("bob".utf8))
    for stream in [empty + counts, counts + empty, empty + empty + counts] {
      #expect(try Runner.output(of: Self.tool, ["--merge"], input: stream) == counts)
    }
  }
}
