import Testing

@Suite struct FitTests {
  static let tool = "mm-fit"

  @Test func zeroStepsWriteTheStart() throws {
    let run = try Runner.run(Self.tool, ["--steps=0", "--text"], text: Fixture.bob)
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    // torch.randn((3, 3), generator=torch.Generator().manual_seed(2147483647))
    #expect(
      run.text == """
        #mm\t1\tbigram
        #tensor\tweight\tF32\t3\t3
        #\t.\tb\to
        .\t-0.98000735\t-1.6578479\t-0.05716623
        b\t-0.3408541\t2.0991552\t0.8963768
        o\t0.3379062\t-0.20869713\t-0.9390964

        """)
    let again = try Runner.run(
      Self.tool, ["--steps", "0", "-t", "--seed=2147483647", "-"], text: Fixture.bob)
    #expect(again.output == run.output)
    let other = try Runner.run(Self.tool, ["--steps=0", "-t", "--seed=1"], text: Fixture.bob)
    #expect(other.status == 0)
    #expect(other.output != run.output)
  }

  @Test func fitsWhatTheCountsSay() throws {
    // From b, the end and o are equally likely; all else is certain.
    let fit = try Runner.output(
      of: Self.tool, ["--steps=2000", "--learning-rate=2"], input: Fixture.bob.utf8)
    let folder = try TemporaryFolder()
    let path = try folder.file("fit", fit)
    let loss = try Runner.run("mm-loss", [path], text: "bob\n")
    let fields = loss.text.split(whereSeparator: \.isWhitespace)
    let nll = try #require(Double(fields[1]))
    // 2 ln 2 at best; descent comes near it like 4 / steps.
    #expect(nll > 1.3862943611198906)
    #expect(nll < 1.3862943611198906 + 3e-3)
  }

  @Test func logHoldsEveryHundredthStepAndTheLast() throws {
    let folder = try TemporaryFolder()
    let log = folder.path("log")
    for (steps, shown) in [
      ("0", ["0"]), ("1", ["0", "1"]), ("100", ["0", "100"]), ("250", ["0", "100", "200", "250"]),
    ] {
      let run = try Runner.run(
        Self.tool, ["-q", "--steps", steps, "--log", log], text: Fixture.bob)
      #expect(run.status == 0)
      #expect(run.errors.isEmpty)
      let lines = try folder.read("log").split(separator: "\n")
      #expect(lines.first == "step\tloss")
      #expect(lines.dropFirst().map { String($0.prefix { $0 != "\t" }) } == shown)
      let losses = lines.dropFirst().compactMap { Double($0.drop { $0 != "\t" }.dropFirst()) }
      #expect(losses.count == shown.count)
      #expect(losses == losses.sorted(by: >))
    }
  }

  @Test func penaltyEntersTheLoss() throws {
    let folder = try TemporaryFolder()
    let log = folder.path("log")
    var losses: [Double] = []
    for l2 in ["0", "1", "2"] {
      _ = try Runner.output(
        of: Self.tool, ["--steps=0", "--l2", l2, "--log", log], input: Fixture.bob.utf8)
      losses.append(try #require(Double(try folder.read("log").split { $0.isWhitespace }[3])))
    }
    let start = try Runner.run(Self.tool, ["--steps=0", "-t"], text: Fixture.bob)
    let weights = start.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .flatMap { $0.split(separator: "\t").dropFirst() }.compactMap { Float($0) }.map { Double($0) }
    #expect(weights.count == 9)
    let penalty = weights.reduce(0) { $0 + $1 * $1 } / 9
    // The text form holds the very weights; a few roundings of numbers below 10 remain.
    #expect(abs(losses[1] - losses[0] - penalty) < 1e-14)
    #expect(abs(losses[2] - losses[0] - 2 * penalty) < 1e-14)
  }

  @Test func progressIsWholeLinesWhereItIsWanted() throws {
    let run = try Runner.run(
      Self.tool, ["--steps=200", "--progress", "--per-row"], text: Fixture.bob)
    #expect(run.status == 0)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("mm-fit: step 0/200  loss ") == true)
    #expect(lines.last?.hasPrefix("mm-fit: step 200/200  loss ") == true)
    #expect(!run.errors.contains("\r"))
    let quiet = try Runner.run(
      Self.tool, ["--steps=200", "--progress", "--per-row", "-q"], text: Fixture.bob)
    #expect(quiet.errors.isEmpty)
    #expect(quiet.output == run.output)
  }

  /// The letters b and e are rare, so their rows learn late; by the row they do not.
  @Test func saysHowFarItEndedFromTheCounts() throws {
    let text = String(repeating: "aac\n", count: 500) + "bd\nbe\n"
    let counts = try Runner.output(of: "mm-count", [], input: text.utf8)
    let far = try Runner.run(Self.tool, ["--steps=100"], input: counts)
    #expect(far.status == 0)
    #expect(
      far.errors.wholeMatch(
        of:
          /mm-fit: the loss is 1\.\d{4}, where the counts' own is 0\.3527; try --per-row, or more --steps\n/
      )
        != nil)
    let byRow = try Runner.run(Self.tool, ["--steps=1000", "--per-row"], input: counts)
    #expect(byRow.errors.isEmpty)
    let byRowFar = try Runner.run(Self.tool, ["--steps=2", "--per-row"], input: counts)
    #expect(byRowFar.errors.hasSuffix("; try more --steps\n"))
    for silent in [["--steps=0"], ["--steps=1", "--l2=0.1"], ["--steps=1", "-q"]] {
      #expect(try Runner.run(Self.tool, silent, input: counts).errors.isEmpty)
    }
  }

  @Test(arguments: [
    Misuse("one", "two", reason: "extra operand 'two'"),
    Misuse("-z", reason: "-z goes with --mix"),
    Misuse("--smooth=wb", reason: "--smooth goes with --mix"),
    Misuse("--mix", "one", reason: "--mix wants at least two models"),
    Misuse(
      "--mix", "one", "-",
      reason: "--mix reads text from standard input, so no model can be there"),
    Misuse(
      "--mix", "--steps=2", "one", "two",
      reason: "--mix fits weights alone: --steps does not go with it"),
    Misuse(
      "--mix", "--shares=1,2,3", "one", "two", reason: "--shares has 3 values for 2 models"),
    Misuse("--mix", "--smooth=kn,-,wb", "one", "two", reason: "--smooth has 3 values for 2 models"),
    Misuse(
      "--mix", "--smooth=kn,x", "one", "two",
      reason: "option '--smooth': 'kn,x' is not values with commas, each kn, wb, a number or -"),
    Misuse(
      "--mix", "--shares=0,0", "one", "two",
      reason: "option '--shares': '0,0' is not numbers with commas, 0 or more and not all 0"),
    Misuse(
      "--mix", "--shares=1,2", "-z", "one", "two",
      reason: "--shares reads no text: -z does not go with it"),
    Misuse("--steps=-1", reason: "option '--steps': '-1' is not a whole number, 0 or more"),
    Misuse("--steps", reason: "option '--steps' requires an argument"),
    Misuse(
      "--learning-rate=0", reason: "option '--learning-rate': '0' is not a number, above 0"),
    Misuse(
      "--learning-rate=1e999", reason: "option '--learning-rate': '1e999' is not a number, above 0"
    ),
    Misuse("--l2", "-1", reason: "option '--l2': '-1' is not a number, 0 or more"),
    Misuse("--l", "1", reason: "option '--l' is ambiguous: '--learning-rate' '--l2' '--log'"),
    Misuse("--seed=x", reason: "option '--seed': 'x' is not a whole number of 64 bits"),
    Misuse(
      "--seed=18446744073709551616",
      reason: "option '--seed': '18446744073709551616' is not a whole number of 64 bits"),
  ])
  func wrongCommandLine(_ misuse: Misuse) throws {
    try Conventions.expect(misuse, of: Self.tool)
  }

  @Test func badDataIsNamed() throws {
    Conventions.expect(
      "mm-fit: -: a model of kind bigram where counts are wanted; mm-count makes them",
      try Runner.run(Self.tool, text: Fixture.logits))
    Conventions.expect(
      "mm-fit: -: no counts to fit: the model is empty",
      try Runner.run(Self.tool, input: try Runner.output(of: "mm-count")))
    Conventions.expect(
      "mm-fit: -: holds several models where one is wanted",
      try Runner.run(Self.tool, text: Fixture.bob + Fixture.bob))
    Conventions.expect(
      "mm-fit: -: descent has left the range of numbers; try a lower --learning-rate or --l2",
      try Runner.run(Self.tool, ["--learning-rate=1e308"], text: Fixture.bob))
    let folder = try TemporaryFolder()
    let log = folder.path("none/log")
    Conventions.expect(
      "mm-fit: \(log): No such file or directory",
      try Runner.run(Self.tool, ["--log", log], text: Fixture.bob))
  }

  @Test func cutModelsAreTold() throws {
    try Conventions.expectTruncated(Self.tool, ["--steps=0"])
  }

  @Test func helpAndVersion() throws {
    try Conventions.expectHelp(
      of: Self.tool,
      options: [
        "--steps N": "1000", "--learning-rate R": "20, with --per-row 4", "--per-row": nil,
        "--l2 A": "0", "--seed S": "2147483647",
        "--log FILE": nil, "--arpa": nil, "--mix": nil, "--smooth S,S,...": "kn",
        "--shares W,W,...": "fitted to the text", "--skip-invalid": nil, "-z, --null": nil,
        "--threads N": "the cores this process may use", "-t, --text": nil, "--progress": nil,
        "-q, --quiet": nil,
      ])
    try Conventions.expectVersion(of: Self.tool)
  }
}
