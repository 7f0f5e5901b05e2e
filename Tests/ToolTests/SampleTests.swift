import Testing

@Suite struct SampleTests {
  static let tool = "mm-sample"

  @Test func sameSeedSameItemsAndFewerAreAPrefix() throws {
    let twenty = try Runner.output(of: Self.tool, ["--seed=42"], input: Fixture.bob.utf8)
    #expect(twenty.split(separator: 0x0A).count == 20)
    for option in [["-n5"], ["-n", "5"], ["--count=5"], ["--count", "5"]] {
      let five = try Runner.output(
        of: Self.tool, ["--seed", "42"] + option, input: Fixture.bob.utf8)
      #expect(five == Array(twenty.split(separator: 0x0A)[..<5].joined(separator: [0x0A])) + [0x0A])
    }
    #expect(
      try Runner.output(
        of: Self.tool, ["--seed=42", "--threads=3"], input: try Fixture.binaryBob())
        == twenty)
    #expect(try Runner.output(of: Self.tool, ["-n0"], input: Fixture.bob.utf8).isEmpty)
  }

  @Test func seedIsAnyNumberOf64Bits() throws {
    let largest = try Runner.output(
      of: Self.tool, ["--seed=18446744073709551615"], input: Fixture.bob.utf8)
    let minusOne = try Runner.output(of: Self.tool, ["--seed=-1"], input: Fixture.bob.utf8)
    #expect(largest == minusOne)
    let other = try Runner.output(of: Self.tool, ["--seed=2"], input: Fixture.bob.utf8)
    #expect(other != largest)
  }

  @Test func withoutSeedEveryRunDiffers() throws {
    // Two equal runs of 200 items have a probability below 2^-200.
    let runs = try (0..<2).map { _ in
      try Runner.output(of: Self.tool, ["-n200"], input: Fixture.bob.utf8)
    }
    #expect(runs[0] != runs[1])
  }

  @Test func itemsEndAtTheLongestLength() throws {
    // What never ends: a follows everything.
    let endless = "#mm\t1\tcounts\n#tensor\tcounts\tI64\t2\t2\n#\t.\ta\n.\t0\t1\na\t0\t1\n"
    let run = try Runner.run(Self.tool, ["-n2", "--max-length=3"], text: endless)
    #expect(run.text == "aaa\naaa\n")
    let fallback = try Runner.run(Self.tool, ["-n1"], text: endless)
    #expect(fallback.text == String(repeating: "a", count: 1000) + "\n")
    let prompted = try Runner.run(
      Self.tool, ["-n1", "--max-length=3", "--prompt", "aa"], text: endless)
    #expect(prompted.text == "aaa\n")
    let full = try Runner.run(Self.tool, ["-n1", "--max-length=2", "--prompt=aa"], text: endless)
    #expect(full.text == "aa\n")
  }

  @Test func greedyIsTopOne() throws {
    let counts = """
      #mm\t1\tcounts
      #tensor\tcounts\tI64\t3\t3
      #\t.\tb\to
      .\t0\t3\t2
      b\t1\t0\t5
      o\t6\t5\t0

      """
    let run = try Runner.run(Self.tool, ["-n3", "--top-k=1"], text: counts)
    #expect(run.text == "bo\nbo\nbo\n")
    // As many as there are tokens, or more, means all.
    let all = try Runner.output(of: Self.tool, ["--seed=1"], input: counts.utf8)
    for topK in ["3", "4", "9223372036854775807"] {
      #expect(
        try Runner.output(of: Self.tool, ["--seed=1", "--top-k", topK], input: counts.utf8) == all)
    }
    // So does a temperature that leaves nothing to chance.
    let cold = try Runner.run(Self.tool, ["-n3", "--temperature=1e-300"], text: counts)
    #expect(cold.text == "bo\nbo\nbo\n")
  }

  @Test func promptBeginsEveryItem() throws {
    let run = try Runner.run(Self.tool, ["-n50", "--prompt=bo"], text: Fixture.bob)
    #expect(run.text.split(separator: "\n").allSatisfy { $0.hasPrefix("bo") && $0.hasSuffix("b") })
    #expect(run.text.split(separator: "\n").count == 50)
  }

  @Test func promptMayBeginWithACombiningMark() throws {
    let mark = try Runner.output(of: "mm-count", input: "\u{301}\n".utf8)
    for prompt in [["--prompt=\u{301}"], ["--prompt", "\u{301}"]] {
      let run = try Runner.run(Self.tool, prompt + ["-n1", "--top-k=1"], input: mark)
      #expect(run.errors.isEmpty)
      #expect(run.output == Array("\u{301}\n".utf8))
    }
  }

  @Test func smoothingGivesEveryTokenAChance() throws {
    let empty = try Runner.output(of: "mm-count")
    let run = try Runner.run(Self.tool, ["-n3", "--smooth=1"], input: empty)
    #expect(run.text == "\n\n\n")
    let unseen = try Runner.run(
      Self.tool, ["-n200", "--smooth=0.5", "--seed=1"], text: Fixture.bob)
    #expect(unseen.text.contains("bb"))
  }

  @Test func nullSeparatesItems() throws {
    let run = try Runner.run(Self.tool, ["-z", "-n2", "--top-k=1"], text: Fixture.bob)
    #expect(run.output.count { $0 == 0 } == 2)
    #expect(!run.output.contains(0x0A))
  }

  @Test func logitsAreDrawnFromLikeCounts() throws {
    // exp(0) each: every token is as likely as in a table of ones.
    let logits = "#mm\t1\tbigram\n#tensor\tweight\tF32\t2\t2\n#\t.\ta\n.\t0\t0\na\t0\t0\n"
    let counts = "#mm\t1\tcounts\n#tensor\tcounts\tI64\t2\t2\n#\t.\ta\n.\t1\t1\na\t1\t1\n"
    #expect(
      try Runner.output(of: Self.tool, ["--seed=7"], input: logits.utf8)
        == (try Runner.output(of: Self.tool, ["--seed=7"], input: counts.utf8)))
  }

  @Test(arguments: [
    Misuse("one", "two", reason: "extra operand 'two'"),
    Misuse("-n", reason: "option '--count' requires an argument"),
    Misuse("-n-1", reason: "option '--count': '-1' is not a number of items, or inf"),
    Misuse("--count=many", reason: "option '--count': 'many' is not a number of items, or inf"),
    Misuse("--seed=1.5", reason: "option '--seed': '1.5' is not a whole number of 64 bits"),
    Misuse("--temperature=0", reason: "option '--temperature': '0' is not a number, above 0"),
    Misuse("--temperature=nan", reason: "option '--temperature': 'nan' is not a number, above 0"),
    Misuse("--top-k=0", reason: "option '--top-k': '0' is not a whole number, 1 or more"),
    Misuse("--smooth=-1", reason: "option '--smooth': '-1' is not kn, wb or a number, 0 or more"),
    Misuse("--smooth=inf", reason: "option '--smooth': 'inf' is not kn, wb or a number, 0 or more"),
    Misuse("--max-length=0", reason: "option '--max-length': '0' is not a whole number, 1 or more"),
    Misuse(
      "--max-length=2", "--prompt=bob", reason: "the --prompt is longer than --max-length 2"),
    Misuse("--skip=1", reason: "--skip wants --seed: without it, every run draws other items"),
    Misuse("--next", "--uni", reason: "--next draws nothing: --unique does not go with it"),
    Misuse("--next", "-n5", reason: "--next draws nothing: -n does not go with it"),
    Misuse("--next", "--null", reason: "--next draws nothing: --null does not go with it"),
    Misuse("--next", "-z", reason: "--next draws nothing: -z does not go with it"),
    Misuse(
      "--length=5:", "--max-length=5",
      reason: "--length 5: wants whole items, which --max-length cuts"),
    Misuse("--length=:2", "--prompt=bob", reason: "the --prompt is longer than --length :2"),
    Misuse(
      "--length=5",
      reason:
        "option '--length': '5' is not MIN:MAX, two whole numbers in ascending order of which "
        + "one may be missing"),
    Misuse("--exclude=-", reason: "standard input cannot be both MODEL and --exclude"),
    Misuse(
      "--t=1", reason: "option '--t' is ambiguous: '--temperature' '--top-k' '--threads'"),
  ])
  func wrongCommandLine(_ misuse: Misuse) throws {
    try Conventions.expect(misuse, of: Self.tool)
  }

  @Test func badDataIsNamed() throws {
    Conventions.expect(
      "mm-sample: -: the model does not know 'ü' (U+00FC)",
      try Runner.run(Self.tool, ["--prompt=büb"], text: Fixture.bob))
    Conventions.expect(
      "mm-sample: -: no count follows '.'; --smooth kn gives every token a chance",
      try Runner.run(Self.tool, input: try Runner.output(of: "mm-count")))
    Conventions.expect(
      "mm-sample: -: holds several models where one is wanted",
      try Runner.run(Self.tool, input: Array(Fixture.bob.utf8) + (try Fixture.binaryBob())))
    Conventions.expect(
      "mm-sample: -: is not a model, neither safetensors nor '#mm' text; mm-count makes one of text",
      try Runner.run(Self.tool, text: "emma\nolivia\n"))
    Conventions.expect(
      "mm-sample: -: bytes after a model that begin no other",
      try Runner.run(Self.tool, input: try Fixture.binaryBob() + Array("emma\nolivia\n".utf8)))
    let losses = "#mm\t1\tlosses\n#tensor\tnll\tF64\t1\n0\n#tensor\ttokens\tI64\t1\n1\n"
    Conventions.expect(
      "mm-sample: -: holds losses, from which nothing can be drawn or scored",
      try Runner.run(Self.tool, text: losses))
  }

  @Test func whatWasDrawnBeforeAnErrorIsWritten() throws {
    // After x nothing was counted; a and its end come first with this seed or they do not.
    let counts = """
      #mm\t1\tcounts
      #tensor\tcounts\tI64\t3\t3
      #\t.\ta\tx
      .\t0\t1000\t1
      a\t1\t0\t0
      x\t0\t0\t0

      """
    let run = try Runner.run(Self.tool, ["-ninf", "--seed=1"], text: counts)
    #expect(run.status == 1)
    #expect(
      run.errors == "mm-sample: -: no count follows 'x'; --smooth kn gives every token a chance\n")
    #expect(run.text.hasPrefix("a\na\n"))
    #expect(run.text.split(separator: "\n").allSatisfy { $0 == "a" })
  }

  @Test func cutModelsAreTold() throws {
    try Conventions.expectTruncated(Self.tool, [])
  }

  @Test func helpAndVersion() throws {
    try Conventions.expectHelp(
      of: Self.tool,
      options: [
        "-n, --count N": "20", "--seed S": "a different one in every run", "--temperature T": "1",
        "--top-k K": "all", "--smooth S": "0", "--prompt TEXT": "none", "--max-length N": "1000",
        "--length MIN:MAX": "any", "--exclude FILE": nil, "--unique": nil, "--skip I": "0",
        "--next": nil,
        "-z, --null": nil, "--threads N": "the cores this process may use",
      ])
    try Conventions.expectVersion(of: Self.tool)
  }
}
