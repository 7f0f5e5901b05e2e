import Testing

@testable import Shared

@Suite struct TrainingOptionsTests {
  private func parsed(_ words: String...) throws -> TrainingOptions {
    let tool = Tool(
      ToolDescription("mm-try", summary: "", synopsis: [], details: "", examples: []),
      words: words)
    let options = TrainingOptions(of: tool)
    #expect(try tool.operands().isEmpty)
    return options
  }

  private func run(_ words: String...) throws -> TrainingRun {
    let folder = try TemporaryFolder()
    let tool = Tool(
      ToolDescription("mm-try", summary: "", synopsis: [], details: "", examples: []),
      words: ["--n-embd=8", "--n-head=2", "--n-layer=1"] + words)
    let options = TrainingOptions(of: tool)
    _ = try tool.operands()
    let path = try folder.file("text", "anna\nbob\nbo\n".utf8)
    return try options.run(.new, input: TextInput([path]), threads: 1)
  }

  @Test func theRecipeHoldsWhereNoOptionDoes() throws {
    #expect(try run("--recipe=makemore").plan == TrainingPlan(.makemore))
    var plan = TrainingPlan(.makemore)
    plan.weightDecay = 0.5
    plan.seed = Seed(7)
    plan.without = [.mlp, .scores]
    let words = ["--weight-decay=0.5", "--seed=7", "--without=mlp,scores"]
    #expect(try run("--recipe=makemore", words[0], words[1], words[2]).plan == plan)
    #expect(try run(words[0], words[1], words[2], "--recipe=makemore").plan == plan)
  }

  /// Three items of 9 characters, and a boundary for each.
  @Test func theDefaultRecipeFollowsFromTheData() throws {
    var plan = TrainingPlan(.default)
    plan.optimizer = DefaultRecipe.optimizer
    let data = DefaultRecipe.DataSize(items: 3, tokens: 12)
    #expect(try run().plan == TrainingPlan(like: plan, for: data))
    #expect(try run("--batch-size=7").plan.steps == DefaultRecipe.steps(data, batchSize: 7))
    for kind in OptimizerKind.allCases {
      let plan = try run("--optimizer=\(kind.word)").plan
      #expect(plan.optimizer == kind && plan.schedule == .linear)
      #expect(plan.learningRate == DefaultRecipe.learningRate(kind))
      #expect(try run("--optimizer=\(kind.word)", "--learning-rate=0.5").plan.learningRate == 0.5)
    }
    let held = try run("--holdout=1").plan
    #expect(held.steps == DefaultRecipe.steps(.init(items: 2, tokens: 8), batchSize: 32))
  }

  /// What `--help` says, on both sides of each bound.
  @Test func theDefaultRecipeGoesByTheLengthOfTheList() {
    func plan(_ items: Int, tokens: Int? = nil) -> TrainingPlan {
      var plan = TrainingPlan(.default)
      plan.optimizer = .muon
      return TrainingPlan(like: plan, for: .init(items: items, tokens: tokens ?? 8 * items))
    }
    for (items, steps, share, order, dropout, drawn) in [
      (100, 2000, 1, 6, 0, 1600), (999, 2529, 1, 6, 0, 15_984), (1000, 2530, 0.9, 7, 0.05, 16_000),
      (9999, 8000, 0.9, 7, 0.05, 22_001), (10_000, 8000, 0.7, 7, 0, 22_000),
      (40_000, 14_000, 0.7, 7, 0, 0),
    ] {
      let plan = plan(items)
      #expect(plan.steps == steps && plan.schedule == .linear && plan.learningRate == 0.01)
      #expect(plan.regularization == .init(dropout: dropout, softTargets: share))
      #expect(plan.softOrder == order && plan.drawnItems == drawn)
    }
    // 8 million tokens are 80 readings of 100 items of 1000 tokens.
    #expect(plan(100, tokens: 100_000).steps == 250)
  }

  @Test func epochsAreStepsOfTheItemsTrainedOn() throws {
    #expect(try run("--epochs=8", "--batch-size=2").plan.steps == 12)
    #expect(try run("--epochs=8", "--batch-size=2", "--holdout=1").plan.steps == 8)
    #expect(try run("--epochs=0.1", "--batch-size=2").plan.steps == 1)
    #expect(try run("--epochs=0.1", "--recipe=makemore").plan.steps == 1)
    #expect(
      try usageError { _ = try run("--epochs=1", "--steps=1") }
        == "--steps and --epochs exclude each other")
  }

  @Test func sizesFollowFromTheDataAndTheOptions() throws {
    var config = GPTConfig(nLayer: 1, nHead: 2, nEmbd: 8, blockSize: 5, vocabSize: 5)
    #expect(try run().model.config == config)
    config.blockSize = 3
    #expect(try run("--block-size=3").model.config == config)
    #expect(
      try usageError { _ = try run("--n-head=3") } == "--n-embd 8 is not a multiple of --n-head 3")
  }

  @Test func aResumedRunTakesNoneOfThem() throws {
    let input = TextInput([])
    for setting in TrainingPlan.fields where setting.option != nil {
      let word = value(of: setting)
      let options = try parsed("--\(setting.name)=\(word)")
      #expect(
        try usageError { try options.check(.resumed("run"), input: input) }
          == "--\(setting.name) does not go with --resume: the run continues as it began; "
          + "--init run starts another from its weights")
    }
    for setting in GPTConfig.fields {
      let options = try parsed("--\(setting.name)=1")
      #expect(
        try usageError { try options.check(.resumed("run"), input: input) }
          == "--\(setting.name) does not go with --resume: the run continues as it began; "
          + "--init run starts another from its weights")
    }
    #expect(try usageError { try parsed().check(.resumed("run"), input: input) } == nil)
  }

  /// A word that the option of a setting takes.
  private func value(of setting: any Setting<TrainingPlan>) -> String {
    func word<S: Setting>(_ setting: S) -> String where S.Owner == TrainingPlan {
      TrainingPlan(.default)[keyPath: setting.path].word
    }
    return setting.name == "without" ? "mlp" : word(setting)
  }
}
