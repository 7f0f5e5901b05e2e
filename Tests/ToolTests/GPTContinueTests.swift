import Foundation
import Testing

/// `--continue`.
@Suite struct GPTContinueTests {
  static let tool = GPTTests.tool
  static let text = GPTTests.text
  static let options = ["--steps=40", "--seed=9", "--holdout=2", "--batch-size=3", "-q"]

  /// Runs with `--continue`, a log, and options.
  private static func run(
    _ folder: TemporaryFolder, _ options: [String] = Self.options, text: String = Self.text
  ) throws -> Run {
    try Runner.run(
      tool,
      GPTTests.shape + options + ["--continue", folder.path("run"), "--log", folder.path("log")],
      text: text)
  }

  /// The log without its seconds.
  private static func rows(_ folder: TemporaryFolder) throws -> [String] {
    try folder.read("log").split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).dropLast().joined(separator: " ")
    }
  }

  @Test func theFirstStartIsACheckpointAndTheOthersResumeIt() throws {
    let folder = try TemporaryFolder()
    let whole = try Self.run(folder)
    #expect(whole.status == 0 && whole.errors.isEmpty)
    #expect(
      try Runner.output(of: Self.tool, GPTTests.shape + Self.options, input: Self.text.utf8)
        == whole.output)
    let checkpoint = try Data(contentsOf: URL(filePath: folder.path("run")))
    let rows = try Self.rows(folder)
    // Finished: its end again, in the model, the checkpoint and the log.
    for _ in 0..<2 {
      #expect(try Self.run(folder).output == whole.output)
      #expect(try Data(contentsOf: URL(filePath: folder.path("run"))) == checkpoint)
      #expect(try Self.rows(folder) == rows)
    }
  }

  /// The rows after the checkpoint's step go: they are written again.
  @Test func theLogIsThatOfARunThatWasNotStopped() throws {
    let folder = try TemporaryFolder()
    _ = try Self.run(folder)
    let rows = try Self.rows(folder)
    let end = try folder.read("log")
    // A checkpoint at step 15, as a run that was killed later leaves it.
    let record = "\"step\":40,\"steps\":40"
    var bytes = try Data(contentsOf: URL(filePath: folder.path("run")))
    let place = try #require(bytes.range(of: Data(record.replacing("\"", with: "\\\"").utf8)))
    bytes.replaceSubrange(
      place, with: Data(record.replacing("40,", with: "15,").replacing("\"", with: "\\\"").utf8))
    try bytes.write(to: URL(filePath: folder.path("run")))
    try Data((end + "50\t1.9").utf8).write(to: URL(filePath: folder.path("log")))
    #expect(try Self.run(folder).status == 0)
    let found = try Self.rows(folder)
    // Other weights were at that step, so only the places are the same.
    func places(_ rows: [String]) -> [String] {
      rows.map { row in
        let fields = row.split(separator: " ", omittingEmptySubsequences: false)
        return "\(fields[0]) \(fields[1].isEmpty)"
      }
    }
    #expect(places(found) == places(rows))
    #expect(Array(found[..<3]) == Array(rows[..<3]))
  }

  @Test func anOptionThatDiffersIsAWrongCommandLine() throws {
    let folder = try TemporaryFolder()
    _ = try Self.run(folder)
    let path = folder.path("run")
    for (option, reason) in [
      ("--steps=41", "--steps 41 differs from the run in \(path), which has 40"),
      ("--seed=8", "--seed 8 differs from the run in \(path), which has 9"),
      ("--recipe=makemore", "--recipe makemore differs from the run in \(path), which has default"),
      ("--n-layer=2", "--n-layer 2 differs from the run in \(path), which has 1"),
      ("--without=mlp", "--without mlp differs from the run in \(path), which has none"),
    ] {
      let run = try Self.run(folder, Self.options + [option])
      #expect(run.status == 2 && run.output.isEmpty)
      #expect(
        run.errors == """
          mm-gpt: \(reason); --init \(path) starts another from its weights
          Try 'mm-gpt --help' for more information.

          """)
    }
    // 40 steps of 3 items are read from 11: 10.9 epochs.
    let options = Array(Self.options.dropFirst())
    #expect(try Self.run(folder, options + ["--epochs=10.9"]).status == 0)
    let other = try Self.run(folder, options + ["--epochs=20"])
    #expect(
      other.errors.contains("--epochs 20 differs from the run in \(path), which has 40 steps"))
    // The model of --init is not read again.
    #expect(try Self.run(folder, Self.options + ["--init=absent"]).status == 0)
    let data = try Self.run(folder, text: "ab\n")
    #expect(data.status == 1 && data.errors.contains("the run began with other data"))
  }

  /// What holds without an option may be what the run has; otherwise all options that are to be given
  /// are named, and none that follows from them.
  @Test func anOptionThatIsLeftOutIsAWrongCommandLine() throws {
    func expect(
      _ begun: [String], _ again: [String], _ first: String, _ fallback: String, _ words: String
    ) throws {
      let folder = try TemporaryFolder()
      #expect(try Self.run(folder, begun + ["-q"]).status == 0)
      #expect(try Self.run(folder, begun + ["-q", "--seed=3407"]).status == 0)
      let run = try Self.run(folder, again + ["-q"])
      let path = folder.path("run")
      #expect(run.status == 2 && run.output.isEmpty)
      #expect(
        run.errors == """
          mm-gpt: the run in \(path) has \(first), and without that option it is \(fallback); \
          continue it with \(words)
          Try 'mm-gpt --help' for more information.

          """)
    }
    let few = ["--steps=2", "--batch-size=3"]
    try expect(few, ["--batch-size=3"], "--steps 2", "21334", "--steps 2")
    try expect(few, ["--steps=2"], "--batch-size 3", "32", "--batch-size 3")
    try expect(
      few + ["--holdout=2", "--dropout=0.1"], few, "--dropout 0.1", "0", "--dropout 0.1 --holdout 2"
    )
    // The learning rate follows from the optimizer, and both from the recipe.
    try expect(few + ["--optimizer=adamw"], few, "--optimizer adamw", "muon", "--optimizer adamw")
    try expect(
      few + ["--recipe=makemore"], few, "--recipe makemore", "default", "--recipe makemore")
    try expect(few + ["--without=mlp"], few, "--without mlp", "none", "--without mlp")
    try expect(few + ["--block-size=4"], few, "--block-size 4", "7", "--block-size 4")
  }

  @Test(arguments: [
    Misuse("--continue=-", reason: "--continue replaces its file, which standard input is not"),
    Misuse(
      "--continue=a", "--resume=b", reason: "--continue and --resume exclude each other"),
    Misuse(
      "--continue=a", "--checkpoint=b", reason: "--continue and --checkpoint exclude each other"),
  ])
  func wrongCommandLine(_ misuse: Misuse) throws {
    try Conventions.expect(misuse, of: Self.tool)
  }
}
