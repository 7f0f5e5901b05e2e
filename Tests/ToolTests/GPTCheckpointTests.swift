import Foundation
import Testing

/// `--init`, `--checkpoint` and `--resume`.
@Suite struct GPTCheckpointTests {
  static let tool = GPTTests.tool
  static let text = GPTTests.text

  /// A model in the text form without some of its metadata.
  private static func stripped(_ model: [UInt8], of keys: String...) throws -> String {
    String(decoding: model, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .filter { line in !keys.contains { line.hasPrefix("#meta\t\($0)\t") } }
      .joined(separator: "\n")
  }

  @Test func initStartsFromTheWeightsOfAModel() throws {
    let folder = try TemporaryFolder()
    let model = try GPTTests.model("--steps=3", "--text")
    let path = try folder.file("model", model)
    func run(_ arguments: String..., text: String = Self.text) throws -> Run {
      try Runner.run(Self.tool, ["--steps=0", "--text", "--init", path] + arguments, text: text)
    }
    // The shape and the vocabulary are the model's; the data may have fewer characters.
    #expect(try run().output == model)
    #expect(try run(text: "bob\n").output == model)
    #expect(
      try run("--n-layer=1", "--n-head=2", "--n-embd=8", "--block-size=7").output == model)
    // What a checkpoint adds is passed over.
    _ = try GPTTests.model("--steps=3", "--checkpoint", folder.path("run"))
    let again = try Runner.output(
      of: Self.tool, ["--steps=0", "--text", "--init", folder.path("run")], input: Self.text.utf8)
    #expect(again == model)
    #expect(try run("--steps=1").output != model)

    Conventions.expect(
      "mm-gpt: -:2: the model does not know 'z' (U+007A)", try run(text: "bob\nbobz\n"))
    for (option, told) in [
      ("--n-layer=2", "--n-layer 2 contradicts the model of --init, which has 1"),
      ("--block-size=6", "--block-size 6 contradicts the model of --init, which has 7"),
      ("--n-embd=16", "--n-embd 16 contradicts the model of --init, which has 8"),
      ("--block-size=8", "--block-size 8 contradicts the model of --init, which has 7"),
    ] {
      let run = try run(option)
      #expect(run.status == 2 && run.output.isEmpty)
      #expect(
        run.errors == "mm-gpt: \(told)\nTry 'mm-gpt --help' for more information.\n")
    }
    Conventions.expect(
      "mm-gpt: \(path): the model has 2 heads, which --n-head 4 contradicts",
      try run("--n-head=4"))
  }

  @Test func initTakesModelsThatTellLess() throws {
    let folder = try TemporaryFolder()
    let model = try GPTTests.model("--steps=3", "--text")
    let bare = try folder.file(
      "bare", try Self.stripped(model, of: "mm.config", "mm.vocab").utf8)
    func run(_ arguments: String..., text: String = Self.text) throws -> Run {
      try Runner.run(Self.tool, ["--steps=0", "--text", "--init", bare] + arguments, text: text)
    }
    #expect(try run("--n-head=2").output == model)
    let other = try run("--n-head=4")
    #expect(other.status == 0 && other.output != model)
    Conventions.expect(
      "mm-gpt: \(bare): the model does not state its number of heads; give --n-head", try run())
    Conventions.expect(
      "mm-gpt: \(bare): 8 channels do not make 3 heads", try run("--n-head=3"))
    Conventions.expect(
      "mm-gpt: \(bare): a vocabulary of 2 characters and the boundary does not fit the 7 tokens "
        + "of the model", try run("--n-head=2", text: "bob\n"))
    let counts = try folder.file("counts", Fixture.bob.utf8)
    Conventions.expect(
      "mm-gpt: \(counts): a model of kind counts where a GPT is wanted; mm-gpt makes it",
      try Runner.run(Self.tool, ["--init", counts], text: "bob\n"))
  }

  @Test func initTakesAModelOfPyTorch() throws {
    let fixture = Fixtures.url("gpt-tiny")
    func path(_ name: String) -> String { fixture.appending(path: name).path }
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: fixture.appending(path: "config.json")))
    let heads = try #require((json as? [String: Any])?["n_head"] as? Int)
    let model = try Runner.output(
      of: Self.tool,
      ["--steps=0", "--n-head=\(heads)", "--init", path("init.safetensors"), path("names.txt")])
    let folder = try TemporaryFolder()
    let loss = try Runner.run("mm-loss", [folder.file("model", model), path("names.txt")])
    let expected = try JSONSerialization.jsonObject(
      with: Data(contentsOf: fixture.appending(path: "expected.json")))
    let first = try #require((expected as? [String: Any])?["losses"] as? [Double])[0]
    let found = try #require(Double(loss.text.split(whereSeparator: \.isWhitespace)[7]))
    // A float32 sum of a few hundred terms errs by some 10 roundings of 6e-8.
    #expect(abs(found - first) < 1e-6)
  }

  @Test func aResumedRunEndsInTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("run")
    let whole = try GPTTests.model("--steps=23", "--holdout=2", "-q", "--checkpoint", run)
    let bytes = try Data(contentsOf: URL(filePath: run))
    // A checkpoint of a finished run: its end again. In another form, with threads, elsewhere.
    let again = try Runner.output(
      of: Self.tool, ["--resume", run, "--threads=3", "--checkpoint-every=1", "-q"],
      input: Self.text.utf8)
    #expect(again == whole)
    #expect(try Data(contentsOf: URL(filePath: run)) == bytes)
    let other = folder.path("other")
    let text = try Runner.run(
      Self.tool, ["--resume", run, "--checkpoint", other, "--text", "--progress", "-q"],
      text: Self.text)
    #expect(text.text.hasPrefix("#mm\t1\tgpt\n") && text.errors.isEmpty)
    #expect(try Data(contentsOf: URL(filePath: other)) == bytes)
  }

  @Test func aLogGoesOnBehindWhatIsThere() throws {
    let folder = try TemporaryFolder()
    _ = try GPTTests.model("--steps=3", "--holdout=2", "-q", "--checkpoint", folder.path("run"))
    let heading = "step\tloss\tholdout_loss\tlearning_rate\tseconds"
    for (before, shown) in [(nil, heading), ("", heading), ("0\t\n", "0\t")] as [(String?, String)]
    {
      let log = folder.path(before.map { "log\($0.count)" } ?? "new")
      if let before { try Data(before.utf8).write(to: URL(filePath: log)) }
      _ = try Runner.output(
        of: Self.tool, ["--resume", folder.path("run"), "--log", log, "-q"], input: Self.text.utf8)
      let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 2 && lines[0] == shown && lines[1].hasPrefix("3\t\t"))
    }
  }

  @Test(arguments: [
    "--steps=3", "--batch-size=1", "--n-layer=1", "--n-head=2", "--n-embd=8", "--block-size=7",
    "--learning-rate=1", "--weight-decay=1", "--seed=1", "--recipe=default", "--holdout=0",
    "--without=mlp", "--init=run",
  ])
  func theOptionsOfARunAreItsCheckpoints(_ option: String) throws {
    let name = option.prefix { $0 != "=" }
    try Conventions.expect(
      Misuse(
        "--resume=run", option,
        reason:
          "\(name) does not go with --resume: the run continues as it began; --init run starts "
          + "another from its weights"),
      of: Self.tool)
  }

  @Test func whatCannotBeResumedIsNamed() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("run")
    let model = try folder.file("model", try GPTTests.model("--steps=3", "--checkpoint", run))
    func resume(_ path: String, text: String = Self.text) throws -> Run {
      try Runner.run(Self.tool, ["--resume", path], text: text)
    }
    for text in ["ab", ""] {
      Conventions.expect(
        "mm-gpt: \(run): the run began with other data; --init \(run) starts another from its "
          + "weights", try resume(run, text: text))
    }
    Conventions.expect(
      "mm-gpt: -:1: the model does not know 'z' (U+007A)", try resume(run, text: "z" + Self.text))
    let counts = try folder.file("counts", Fixture.bob.utf8)
    for path in [model, counts] {
      Conventions.expect(
        "mm-gpt: \(path): is not a checkpoint: mm.training is missing", try resume(path))
    }
    Conventions.expect("mm-gpt: absent: No such file or directory", try resume("absent"))
    Conventions.expect("mm-gpt: .: is not a regular file, and cannot be replaced", try resume("."))

    // Cut anywhere, and damaged in the middle of what only a resumed run reads.
    let whole = Array(try Data(contentsOf: URL(filePath: run)))
    for length in [1, 7, 8, 100, whole.count / 2, whole.count - 1] {
      let found = try resume(try folder.file("cut", whole[..<length]))
      #expect(found.status == 1 && found.output.isEmpty)
      #expect(found.errors.hasPrefix("mm-gpt: \(folder.path("cut")): "))
      #expect(found.errors.contains("truncated"))
    }
    let name = "optimizer.exp_avg_sq.lm_head.weight"
    var renamed = whole
    let place = try #require(renamed.firstRange(of: Array(name.utf8)))
    renamed[place.upperBound - 1] = UInt8(ascii: "s")
    let path = try folder.file("renamed", renamed)
    Conventions.expect(
      "mm-gpt: \(path): the tensor \(name) is missing, or of a type that holds no \(name)",
      try resume(path))
    var infinite = whole
    infinite.replaceSubrange((whole.count - 4)..., with: [0, 0, 0x80, 0x7F])
    let last = try resume(try folder.file("infinite", infinite))
    #expect(last.status == 1 && last.errors.hasSuffix("holds a weight that is not finite\n"))
  }

  @Test func aPlaceWhereNoCheckpointCanBeIsToldAtOnce() throws {
    let folder = try TemporaryFolder()
    for (path, reason) in [
      (folder.path("absent/run"), "No such file or directory"),
      (folder.path(""), "is not a regular file, and cannot be replaced"),
      ("/dev/null", "is not a regular file, and cannot be replaced"),
    ] {
      // So many steps that whoever makes them first does not come back.
      Conventions.expect(
        "mm-gpt: \(path): \(reason)",
        try GPTTests.run("--steps=1000000000", "--checkpoint", path))
    }
  }

  @Test func aLossThatIsNoNumberEndsTheRun() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("run")
    func keep(_ rate: String, _ steps: String, _ every: String) throws -> Run {
      try GPTTests.run(
        "--learning-rate", rate, "--steps", steps, "--checkpoint", run, "--checkpoint-every", every)
    }
    let told = "mm-gpt: the loss is NaN at step 1; try a lower --learning-rate"
    Conventions.expect(told, try GPTTests.run("--learning-rate=1e30", "--steps=5"))
    // Such weights are no checkpoint, and no result.
    Conventions.expect(told, try GPTTests.run("--learning-rate=1e30", "--steps=1"))
    Conventions.expect(told + "; no step was saved", try keep("1e30", "5", "1"))
    Conventions.expect(told + "; no step was saved", try keep("1e30", "1", "500"))
    #expect(!FileManager.default.fileExists(atPath: run))

    // The last good checkpoint stays: here the rate grows by warming up.
    let grown = try keep("3e8", "2000", "1")
    let match = try #require(
      grown.errors.firstMatch(
        of: /the loss is (NaN|infinite) at step ([0-9]+).*; .* holds the run at step ([0-9]+)/
      )
        ?? grown.errors.firstMatch(
          of: /(a) weight is not finite at step ([0-9]+).*; .* holds the run at step ([0-9]+)/),
      "\(grown.errors)")
    #expect(Int(match.3)! < Int(match.2)!)
    let loss = try Runner.run("mm-loss", [run], text: Self.text)
    #expect(Double(loss.text.split(whereSeparator: \.isWhitespace)[7])?.isFinite == true)
    let resumed = try Runner.run(Self.tool, ["--resume", run], text: Self.text)
    #expect(resumed.status == 1 && resumed.errors.contains("at step \(match.2)"))
  }
}
