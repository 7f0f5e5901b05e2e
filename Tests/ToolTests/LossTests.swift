import Foundation
import Testing

@Suite struct LossTests {
  static let tool = "mm-loss"

  private let folder: TemporaryFolder
  private let bob: String

  init() throws {
    folder = try TemporaryFolder()
    bob = try folder.file("bob", Fixture.bob.utf8)
  }

  private func run(_ arguments: [String], text: String) throws -> Run {
    try Runner.run(Self.tool, [bob] + arguments, text: text)
  }

  @Test func summaryIsFiveLines() throws {
    // From b, the end and o are equally likely; all else is certain.
    let two = log(2.0)
    let run = try run([], text: "bob\r\n\nb")
    #expect(
      run.text
        == "nll\t\(3 * two)\ntokens\t6\nlines\t2\nloss\t\(3 * two / 6)\n"
        + "perplexity\t\(exp(3 * two / 6))\n")
    #expect(run.errors.isEmpty)
    #expect(run.status == 0)
  }

  @Test func modelMayBeStandardInput() throws {
    let text = try folder.file("text", "bob\n".utf8)
    let other = try folder.file("other", "b".utf8)
    for model in [Array(Fixture.bob.utf8), try Fixture.binaryBob()] {
      let run = try Runner.run(Self.tool, ["-", other, "--per-line", text], input: model)
      #expect(run.text == "\(log(2.0))\t2\tb\n\(2 * log(2.0))\t4\tbob\n")
      #expect(run.status == 0)
    }
  }

  @Test func perTokenNumbersLinesOverAllFiles() throws {
    let first = try folder.file("first", "\nbo\n".utf8)
    let run = try run(["--per-token", first, "-"], text: "b")
    let two = log(2.0)
    #expect(
      run.text
        == "2\t1\tb\t0\n2\t2\to\t\(two)\n2\t3\t.\tinf\n3\t1\tb\t0\n3\t2\t.\t\(two)\n")
  }

  @Test func nullSeparatesItemsInAndOut() throws {
    let run = try run(["--per-line", "-z"], text: "bob\0\0b")
    #expect(run.text == "\(2 * log(2.0))\t4\tbob\0\(log(2.0))\t2\tb\0")
    let unknown = try self.run(["-z"], text: "bob\0b\n")
    Conventions.expect(
      "mm-loss: -:2: the model does not know '\\n' (U+000A); --skip-unknown leaves such items out",
      unknown)
  }

  @Test func tensorIsAModelOfLosses() throws {
    let run = try run(["--tensor", "--text"], text: "bob\n\nbb\n")
    #expect(
      run.text == """
        #mm\t1\tlosses
        #tensor\tnll\tF64\t2
        \(2 * log(2.0))\tinf
        #tensor\ttokens\tI64\t2
        4\t3

        """)
    let binary = try self.run(["--tensor"], text: "bob\n")
    let header =
      #"{"__metadata__":{"format":"pt","mm.kind":"losses","mm.version":"1"},"#
      + #""nll":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"#
      + #""tokens":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}"#
    #expect(
      String(decoding: binary.output.dropFirst(8).dropLast(16), as: UTF8.self)
        .trimmingCharacters(in: .whitespaces) == header)
    let bits = (2 * log(2.0)).bitPattern
    let expected = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    #expect(Array(binary.output.suffix(16)) == expected + [4, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func smoothingAddsToEveryCount() throws {
    // b: (1 + 1) / (1 + 3); end: (1 + 1) / (2 + 3).
    let run = try run(["--per-token", "--smooth", "1"], text: "b")
    #expect(run.text == "1\t1\tb\t\(log(4.0 / 2))\n1\t2\t.\t\(log(5.0 / 2))\n")
  }

  @Test func logitsAreScoredBySoftmax() throws {
    let logits = try folder.file("logits", Fixture.logits.utf8)
    let run = try Runner.run(Self.tool, ["--per-token", logits], text: "bo")
    let lines = run.text.split(separator: "\n").map { $0.split(separator: "\t") }
    let losses = lines.compactMap { Double($0[3]) }
    #expect(losses.count == 3)
    // A handful of roundings of numbers about 1.
    #expect(abs(losses[0] - (log(1 + exp(0.5) + exp(-1)) - 0.5)) < 1e-15)
    #expect(abs(losses[1] - log(2 + exp(Double(Float(0.1))))) < 1e-15)
    #expect(losses[2] == 0)
  }

  @Test func unknownCharactersAreAnErrorOrSkipped() throws {
    Conventions.expect(
      "mm-loss: -:3: the model does not know 'ü' (U+00FC); --skip-unknown leaves such items out",
      try run([], text: "bob\n\nbüb\n"))
    let text = try folder.file("text", "b\nb b\n".utf8)
    Conventions.expect(
      "mm-loss: \(text):2: the model does not know '\\s' (U+0020); "
        + "--skip-unknown leaves such items out",
      try run([text], text: ""))
    let skipped = try run(["--skip-unknown"], text: "bob\nbüb\nb b\n\nü\n")
    let two = log(2.0)
    #expect(
      skipped.text
        == "nll\t\(2 * two)\ntokens\t4\nlines\t1\nloss\t\(2 * two / 4)\n"
        + "perplexity\t\(exp(2 * two / 4))\nskipped\t3\n")
    #expect(try !run(["--skip-unknown"], text: "bob\n").text.contains("skipped"))
    #expect(
      try run(["--skip-unknown", "--per-line"], text: "ü\nb\n").text == "\(two)\t2\tb\n")
  }

  @Test func lossesBeforeAnErrorAreWritten() throws {
    let run = try run(["--per-line"], text: "b\nü\n")
    #expect(run.text == "\(log(2.0))\t2\tb\n")
    #expect(run.status == 1)
  }

  @Test func probabilityOfZeroIsInfinite() throws {
    let run = try run([], text: "bob\nbb\n")
    #expect(
      run.text == "nll\tinf\ntokens\t7\nlines\t2\nloss\tinf\nperplexity\tinf\n"
        + "zeros\t1\nloss_of_others\t\(log(2.0) / 2)\n")
    #expect(run.status == 0)
  }

  @Test(arguments: [
    Misuse(reason: "missing operand: MODEL"),
    Misuse("-", reason: "standard input cannot be both MODEL and FILE"),
    Misuse("-", "text", "-", reason: "standard input cannot be both MODEL and FILE"),
    Misuse("--text", "model", reason: "--text goes with --tensor"),
    Misuse(
      "--per-line", "--per-token", "model",
      reason: "--per-line, --per-token and --tensor exclude each other"),
    Misuse(
      "--tensor", "--per-line", "model",
      reason: "--per-line, --per-token and --tensor exclude each other"),
    Misuse("--per", "model", reason: "option '--per' is ambiguous: '--per-line' '--per-token'"),
    Misuse(
      "--smooth=x", "model", reason: "option '--smooth': 'x' is not kn, wb or a number, 0 or more"),
    Misuse("-n5", "model", reason: "invalid option -- 'n'"),
  ])
  func wrongCommandLine(_ misuse: Misuse) throws {
    try Conventions.expect(misuse, of: Self.tool)
  }

  @Test func smoothingLogitsIsMisuse() throws {
    let logits = try folder.file("logits", Fixture.logits.utf8)
    try Conventions.expect(
      Misuse(
        "--smooth=1", logits,
        reason: "--smooth is for counts, and \(logits) is a model of kind bigram"),
      of: Self.tool)
  }

  @Test func badModelsAreNamed() throws {
    let several = try folder.file("several", (Fixture.bob + Fixture.logits).utf8)
    Conventions.expect(
      "mm-loss: \(several): holds several models where one is wanted",
      try Runner.run(Self.tool, [several], text: "bob\n"))
    let empty = try folder.file("empty", [])
    Conventions.expect(
      "mm-loss: \(empty): is empty where a model is wanted",
      try Runner.run(Self.tool, [empty], text: "bob\n"))
  }

  @Test func cutModelsAreTold() throws {
    let text = try folder.file("text", "bob\n".utf8)
    try Conventions.expectTruncated(Self.tool, ["-", text])
  }

  @Test func helpAndVersion() throws {
    try Conventions.expectHelp(
      of: Self.tool,
      options: [
        "--per-line": nil, "--per-token": nil, "--tensor": nil, "--number": nil, "--merge": nil,
        "-t, --text": nil,
        "--smooth S": "0", "--skip-unknown": nil, "--weighted": nil, "--skip-invalid": nil,
        "-z, --null": nil,
        "--threads N": "the cores this process may use", "--progress": nil, "-q, --quiet": nil,
      ])
    try Conventions.expectVersion(of: Self.tool)
  }
}
