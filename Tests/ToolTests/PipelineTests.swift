import Foundation
import Testing

@Suite struct PipelineTests {
  /// Everything that could be mistaken: all C0 characters but NUL and the newline, what the text form
  /// escapes, characters of every length, and one that only joins others.
  private static let odd: [UInt8] =
    (1..<32).filter { $0 != 10 }
    + Array(". # \\ \u{7F}\u{85}\u{A0}é\u{301}€\u{FFFF}😀\u{10FFFF}".utf8)

  @Test func bothFormsHoldTheSame() throws {
    for arguments in [[], ["--order=3"]] {
      let binary = try Runner.output(of: "mm-count", arguments, input: Self.odd)
      let text = try Runner.output(of: "mm-count", arguments + ["--text"], input: Self.odd)
      #expect(text.starts(with: "#mm\t1\tcounts\n".utf8))
      #expect(text.last == 0x0A)
      guard binary.count <= Runner.pipeCapacity, text.count <= Runner.pipeCapacity else { continue }
      #expect(try Runner.output(of: "mm-count", ["--merge"], input: text) == binary)
      #expect(try Runner.output(of: "mm-count", ["--merge", "-t"], input: binary) == text)
    }
  }

  @Test func textFormShowsLabelsThatCannotBeMistaken() throws {
    let text = try Runner.run("mm-count", ["-t"], input: Self.odd).text
    let columns = try #require(text.split(separator: "\n").first { $0.hasPrefix("#\t") })
    let controls = (1..<32).filter { $0 != 10 }.map {
      $0 == 9 ? "\\t" : $0 == 13 ? "\\r" : "\\u{\(String($0, radix: 16, uppercase: true))}"
    }
    let others = [
      "\\s", "\\#", "\\.", "\\\\", "\\u{7F}", "\\u{85}", "\\u{A0}", "é", "\u{301}", "€",
      "\\u{FFFF}", "😀", "\\u{10FFFF}",
    ]
    #expect(columns.split(separator: "\t").map(String.init) == ["#", "."] + controls + others)
  }

  @Test func oddCharactersAreDrawnAndScored() throws {
    let folder = try TemporaryFolder()
    let model = try folder.file("model", try Runner.output(of: "mm-count", input: Self.odd))
    let text = try folder.file(
      "text", try Runner.output(of: "mm-count", ["--text"], input: Self.odd))
    let drawn = try Runner.output(of: "mm-sample", ["-n3", "--seed=1", model])
    #expect(drawn.count > 3)
    #expect(try Runner.output(of: "mm-sample", ["-n3", "--seed=1", text]) == drawn)
    let lines = try Runner.run("mm-loss", ["--per-line", model], input: Self.odd)
    #expect(lines.status == 0)
    let scalars = String(decoding: Self.odd, as: UTF8.self).unicodeScalars.count
    let prefix = try #require(lines.text.firstRange(of: "\t\(scalars + 1)\t"))
    #expect(Array(lines.text[prefix.upperBound...].utf8) == Self.odd + [0x0A])
  }

  @Test func nullSeparatedItemsHoldNewlines() throws {
    let model = try Runner.output(of: "mm-count", ["-z"], input: "a\nb\0\0a\r\n".utf8)
    let text = try Runner.run("mm-count", ["-z", "-t"], text: "a\nb\0\0a\r\n").text
    #expect(text.split(separator: "\n").contains("#\t.\t\\n\t\\r\ta\tb"))
    let drawn = try Runner.output(of: "mm-sample", ["-z", "-n1", "--prompt=a\nb"], input: model)
    #expect(drawn == Array("a\nb\0".utf8))
  }

  @Test func fittedLogitsSampleAndScore() throws {
    let folder = try TemporaryFolder()
    let fit = try folder.file(
      "fit", try Runner.output(of: "mm-fit", ["--learning-rate=2"], input: try Fixture.binaryBob()))
    let text = try folder.file(
      "text", try Runner.output(of: "mm-fit", ["--learning-rate=2", "-t"], input: Fixture.bob.utf8))
    let counts = try folder.file("counts", Fixture.bob.utf8)
    // So well fitted that the draws are those from the counts.
    let drawn = try Runner.output(of: "mm-sample", ["--seed=3", counts])
    #expect(try Runner.output(of: "mm-sample", ["--seed=3", fit]) == drawn)
    #expect(try Runner.output(of: "mm-sample", ["--seed=3", text]) == drawn)
    #expect(
      try Runner.output(of: "mm-loss", [fit], input: drawn)
        == (try Runner.output(of: "mm-loss", [text], input: drawn)))
  }

  @Test func optionsAndOperandsAreTheSameInAnyOrder() throws {
    let folder = try TemporaryFolder()
    let dash = try folder.file("-n5", Fixture.bob.utf8)
    let name = String(dash.dropLast(4)) + "/./-n5"
    let five = try Runner.output(of: "mm-sample", ["-n5", "--seed=1", name])
    #expect(try Runner.output(of: "mm-sample", [name, "--seed=1", "-n5"]) == five)
    #expect(try Runner.output(of: "mm-sample", ["--seed", "1", "-n", "5", "--", name]) == five)
    // After `--` nothing is an option.
    let run = try Runner.run("mm-sample", ["--", "-n5"])
    Conventions.expect("mm-sample: -n5: No such file or directory", run)
  }
}
