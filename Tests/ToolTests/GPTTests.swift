import Foundation
@testable import Shared
import Testing

@Suite struct GPTTests {
  static let tool = "mm-gpt"
  static let text = "anna\nbob\nemma\nab\nnan\nbe\na\nmoan\nbaobab\nneon\nbam\nmean\nboa\n"
  static let shape = ["--n-layer=1", "--n-head=2", "--n-embd=8"]

  /// Runs a small model on the text, or on another.
  static func run(_ arguments: String..., text: String = Self.text) throws -> Run {
    try Runner.run(tool, shape + arguments, text: text)
  }

  /// Runs a small model that must train in silence.
  static func model(_ arguments: String..., text: String = Self.text) throws -> [UInt8] {
    try Runner.output(of: tool, shape + arguments, input: text.utf8)
  }

  @Test(arguments: [
    Misuse("--steps=-1", reason: "option '--steps': '-1' is not a whole number, 0 or more"),
    Misuse("--steps=1e3", reason: "option '--steps': '1e3' is not a whole number, 0 or more"),
    Misuse(
      "--steps=9223372036854775808",
      reason: "option '--steps': '9223372036854775808' is not a whole number, 0 or more"),
    Misuse(
      "--batch-size=0", reason: "option '--batch-size': '0' is not a whole number, 1 to 1048576"),
    Misuse(
      "--batch-size=1048577",
      reason: "option '--batch-size': '1048577' is not a whole number, 1 to 1048576"),
    Misuse("--n-layer=0", reason: "option '--n-layer': '0' is not a whole number, 1 to 1024"),
    Misuse("--n-layer=1025", reason: "option '--n-layer': '1025' is not a whole number, 1 to 1024"),
    Misuse("--n-head=0", reason: "option '--n-head': '0' is not a whole number, 1 to 65536"),
    Misuse(
      "--n-head=65537", reason: "option '--n-head': '65537' is not a whole number, 1 to 65536"),
    Misuse("--n-embd=0", reason: "option '--n-embd': '0' is not a whole number, 1 to 65536"),
    Misuse(
      "--n-embd=65537", reason: "option '--n-embd': '65537' is not a whole number, 1 to 65536"),
    Misuse(
      "--block-size=0", reason: "option '--block-size': '0' is not a whole number, 1 to 1048576"),
    Misuse(
      "--block-size=1048577",
      reason: "option '--block-size': '1048577' is not a whole number, 1 to 1048576"),
    Misuse("--learning-rate=0", reason: "option '--learning-rate': '0' is not a number, above 0"),
    Misuse("--learning-rate=-1", reason: "option '--learning-rate': '-1' is not a number, above 0"),
    Misuse(
      "--learning-rate=1e-400",
      reason: "option '--learning-rate': '1e-400' is not a number, above 0"
    ),
    Misuse(
      "--learning-rate=1e400", reason: "option '--learning-rate': '1e400' is not a number, above 0"),
    Misuse(
      "--learning-rate=nan", reason: "option '--learning-rate': 'nan' is not a number, above 0"),
    Misuse(
      "--weight-decay=-0.1", reason: "option '--weight-decay': '-0.1' is not a number, 0 or more"),
    Misuse(
      "--weight-decay=inf", reason: "option '--weight-decay': 'inf' is not a number, 0 or more"),
    Misuse(
      "--seed=18446744073709551616",
      reason: "option '--seed': '18446744073709551616' is not a whole number of 64 bits"),
    Misuse("--recipe=torch", reason: "option '--recipe': 'torch' is not default or makemore"),
    Misuse("--holdout=-1", reason: "option '--holdout': '-1' is not a whole number, 0 or more"),
    Misuse(
      "--checkpoint-every=0",
      reason: "option '--checkpoint-every': '0' is not a whole number, 1 or more"),
    Misuse("--threads=0", reason: "option '--threads': '0' is not a whole number, 1 to 1024"),
    Misuse(
      "--without=head",
      reason: "option '--without': 'head' is not a list of attention, scores, positions, mlp, "
        + "with commas"),
    Misuse(
      "--without=mlp,",
      reason: "option '--without': 'mlp,' is not a list of attention, scores, positions, mlp, "
        + "with commas"),
    Misuse("--init=-", reason: "standard input cannot be both the model of --init and FILE"),
    Misuse("--resume=-", reason: "--resume replaces its file, which standard input is not"),
    Misuse(
      "--n=1", reason: "option '--n' is ambiguous: '--n-layer' '--n-head' '--n-embd' '--null'"),
  ])
  func wrongCommandLine(_ misuse: Misuse) throws {
    try Conventions.expect(misuse, of: Self.tool)
  }

  @Test func channelsMakeHeads() throws {
    let run = try Runner.run(Self.tool, ["--n-embd=10", "--n-head=4"], text: Self.text)
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(
      run.errors == """
        mm-gpt: --n-embd 10 is not a multiple of --n-head 4
        Try 'mm-gpt --help' for more information.

        """)
  }

  @Test(arguments: [
    ["--steps=0"], ["--steps=1", "--batch-size=1"], ["--steps=2", "--batch-size=100"],
    ["--steps=2", "--n-embd=1", "--n-head=1", "--n-layer=1"], ["--steps=1", "--n-head=8"],
    ["--steps=2", "--block-size=1"], ["--steps=1", "--block-size=5000"],
    ["--steps=2", "--learning-rate=1e-300"], ["--steps=2", "--weight-decay=0"],
    ["--steps=1", "--seed=18446744073709551615"], ["--steps=1", "--seed=-9223372036854775808"],
    ["--steps=1", "--holdout=12", "-q"], ["--steps=1", "--threads=1024"],
    ["--steps=1", "--checkpoint-every=9223372036854775807"],
    ["--steps=2", "--without=attention,scores,positions,mlp"], ["--steps=2", "--recipe=makemore"],
  ])
  func everyBoundIsAModel(_ arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let model = try Runner.output(of: Self.tool, Self.shape + arguments, input: Self.text.utf8)
    let path = try folder.file("model", model)
    let loss = try Runner.run("mm-loss", [path], text: Self.text)
    #expect(loss.status == 0 && loss.errors.isEmpty)
    let fields = loss.text.split(whereSeparator: \.isWhitespace)
    #expect(fields[3] == "56" && fields[5] == "13")
    #expect(try #require(Double(fields[7])).isFinite)
    let items = try Runner.output(of: "mm-sample", ["-n3", "--max-length=9", path])
    #expect(items.count { $0 == 0x0A } == 3)
  }

  @Test func zeroStepsWriteTheStartWhateverIsHeldOut() throws {
    let start = try Self.model("--steps=0")
    #expect(try Self.model("--steps=0", "--holdout=5", "-q", "--batch-size=7") == start)
    #expect(try Self.model("--steps=0", "--seed=3407", "--recipe=makemore") == start)
    #expect(try Self.model("--steps=0", "--seed=1") != start)
    #expect(try Self.model("--steps=1") != start)
  }

  @Test func fewItemsDo() throws {
    let none = "mm-gpt: no items to train on"
    Conventions.expect(none, try Self.run(text: ""))
    Conventions.expect(none, try Self.run(text: "\n\r\n"))
    for text in ["a", "anna\n", "a\nb\nc\n", "aaaa\naaaa\n"] {
      let run = try Self.run("--steps=3", text: text)
      #expect(run.status == 0 && run.errors.isEmpty)
      let items = try Runner.run("mm-sample", ["-n2", "--max-length=3"], input: run.output)
      #expect(items.status == 0 && items.output.count { $0 == 0x0A } == 2)
    }
    Conventions.expect(
      "mm-gpt: --holdout 1 leaves nothing to train on of 1 items",
      try Self.run("--holdout=1", text: "anna\n"))
    Conventions.expect(
      "mm-gpt: --holdout 9223372036854775807 leaves nothing to train on of 13 items",
      try Self.run("--holdout=9223372036854775807"))
  }

  @Test func moreThanTheMachineHasIsRefusedWithTheFigure() throws {
    for arguments in [
      ["--n-layer=1024", "--n-embd=65536"], ["--n-embd=65536", "--n-head=65536", "--n-layer=1024"],
      ["--batch-size=1048576", "--block-size=1048576", "--n-embd=65536"],
    ] {
      let run = try Runner.run(Self.tool, arguments, text: Self.text)
      let told = try Regex(
        "mm-gpt: training this model takes [0-9.]+ [TP]B, more than this machine's memory of "
          + "[0-9.]+ [A-Z]B; try a smaller model, block or batch\n")
      #expect(run.errors.wholeMatch(of: told) != nil)
      #expect(run.status == 1 && run.output.isEmpty)
    }
  }

  @Test func logHasItsRowsAndColumns() throws {
    let folder = try TemporaryFolder()
    for (steps, holdout, rows) in [
      (0, 0, []), (0, 2, ["0 holdout"]), (1, 0, ["0"]),
      (25, 3, ["0", "10", "20", "25 holdout"]), (21, 0, ["0", "10", "20"]),
    ] as [(Int, Int, [String])] {
      let log = folder.path("log")
      _ = try Self.model(
        "--learning-rate=0.004", "--steps=\(steps)", "--holdout=\(holdout)", "-q", "--log", log)
      let lines = try folder.read("log").split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.first == "step\tloss\tholdout_loss\tlearning_rate\tseconds")
      #expect(lines.last == "")
      let table = lines.dropFirst().dropLast()
        .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
      #expect(table.map { $0[0] + ($0[1].isEmpty ? " holdout" : "") } == rows)
      for row in table {
        #expect(row.count == 5 && row[1].isEmpty != row[2].isEmpty)
        #expect(row[3].isEmpty == row[1].isEmpty)
        #expect(Double(row[1].isEmpty ? row[2] : row[1])! > 0 && Double(row[4])! >= 0)
      }
      // A tenth of the steps rises to the default rate.
      if steps == 25 {
        let rates = table.compactMap { Double($0[3]) }
        #expect(rates.count == 3 && rates[0] == 0.002 && rates[1] > rates[2] && rates[2] > 0)
      }
    }
  }

  @Test func textHoldsTheSameModel() throws {
    let binary = try Self.model("--steps=5")
    let text = try Self.run("--steps=5", "--text")
    #expect(text.text.hasPrefix("#mm\t1\tgpt\n#meta\tmm.config\t"))
    for arguments in [["-n9", "--seed=4"], ["-n4", "--top-k=2", "--seed=1", "--prompt=bo"]] {
      let items = try Runner.output(of: "mm-sample", arguments, input: binary)
      let folder = try TemporaryFolder()
      let path = try folder.file("text", text.output)
      #expect(try Runner.output(of: "mm-sample", arguments + [path]) == items)
    }
  }

  @Test func nullSeparatesItems() throws {
    let text = "anna\0bo\nb\0"
    let model = try Self.model("-z", "--steps=0", text: text)
    #expect(String(decoding: model, as: UTF8.self).contains(#""mm.vocab":"\nabno""#))
  }

  @Test func progressIsWholeLinesWhereItIsWanted() throws {
    let run = try Self.run("--steps=150", "--progress", "--holdout=2")
    #expect(run.status == 0)
    let lines = run.errors.split(separator: "\n")
    let number = "[0-9]+"
    let introduction =
      "mm-gpt: 1056 parameters, 11 items to train on, about [0-9.]+ MB of memory"
    let loss = "[0-9]\\.[0-9]{4}"
    let first =
      "mm-gpt: step 100/150  loss \(loss)  learning rate 0.00[0-9]{3}  \(number) items/s  "
      + "\(number) s left"
    let last =
      "mm-gpt: step 150/150  loss \(loss)  held-out \(loss)  learning rate 0.00[0-9]{3}  "
      + "\(number) items/s  [0-9.]+ s"
    #expect(lines.count == 5)
    #expect(lines.first?.wholeMatch(of: try Regex(introduction)) != nil)
    #expect(lines[1].wholeMatch(of: try Regex(first)) != nil)
    #expect(lines[2].wholeMatch(of: try Regex(last)) != nil)
    #expect(lines[3].hasPrefix("mm-gpt: step 150  samples  "))
    #expect(lines[4].hasPrefix("mm-gpt: held-out loss "))
    let quiet = try Self.run("--steps=150", "--progress", "--holdout=2", "-q")
    #expect(quiet.errors.isEmpty && quiet.output == run.output)
  }

  @Test func theOutcomeIsSaidWhereItemsAreHeldOut() throws {
    let folder = try TemporaryFolder()
    let log = folder.path("log")
    let run = try Self.run("--steps=150", "--holdout=2", "--seed=5", "--log", log)
    #expect(run.status == 0)
    let match = try #require(
      run.errors.wholeMatch(
        of:
          /mm-gpt: held-out loss ([0-9.]+) \(uniform 1\.9459, Kneser-Ney 2\.1219\); 436 epochs; ([0-9]+) of 1000 samples are copies\n/
      ), "\(run.errors)")
    let last = try #require(try folder.read("log").split(separator: "\n").last)
    #expect(last.split(separator: "\t", omittingEmptySubsequences: false)[2] == match.1)
    // Those that mm-sample draws with the run's seed; which two items are held out is not known
    // here.
    let samples = try Runner.run("mm-sample", ["-n1000", "--seed=5"], input: run.output)
    let items = samples.text.split(separator: "\n")
    #expect(items.count == 1000)
    let all = Set(Self.text.split(separator: "\n"))
    let copies = items.count { all.contains($0) }
    let told = try #require(Int(match.2))
    #expect(told > 0 && told <= copies)
    #expect(
      all.contains { first in
        all.contains { second in
          items.count { all.contains($0) && $0 != first && $0 != second } == told
        }
      })
    #expect(try Self.run("--steps=150", "--holdout=2", "--seed=5", "-q").errors.isEmpty)
    #expect(try Self.run("--steps=15").errors.isEmpty)
  }

  @Test func helpAndVersion() throws {
    let plan = TrainingPlan(.default)
    try Conventions.expectHelp(
      of: Self.tool,
      options: [
        "--steps N": "by the rule above", "--batch-size N": "32", "--optimizer NAME": "muon",
        "--learning-rate R": "0.01, with adamw 0.003", "--weight-decay D": "\(plan.weightDecay)",
        "--dropout P": "0, from 1000 to 9999 items 0.05",
        "--soft-targets A": "1, from 1000 items on 0.9, from 10000 on 0.7",
        "--soft-order N": "6, from 1000 items on 7",
        "--drawn-items N": "16 for each item, as long as there are 32000 in all",
        "--seed S": "3407",
        "--recipe NAME": "default", "--holdout N": "0", "--without PARTS": "none",
        "--epochs E": nil, "--n-layer N": "4", "--n-head N": "4", "--n-embd N": "64",
        "--block-size N": "the longest item plus one, at most 256",
        "--init MODEL": nil, "--checkpoint FILE": nil, "--checkpoint-every N": "500",
        "--resume FILE": nil, "--continue FILE": nil, "--log FILE": nil, "-t, --text": nil,
        "--weighted": nil, "--skip-invalid": nil, "-z, --null": nil,
        "--threads N": "the cores this process may use", "--progress": nil, "-q, --quiet": nil,
      ])
    try Conventions.expectVersion(of: Self.tool)
  }
}
