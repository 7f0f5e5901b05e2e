import Testing

@testable import Shared

@Suite struct CheckpointRecordTests {
  private static func model(_ json: String?) -> ModelFile {
    var model = ModelFile(kind: .gpt, vocabulary: nil, tensors: [])
    model.metadata["mm.training"] = json
    return model
  }

  private static let progress: CheckpointRecord = {
    var plan = TrainingPlan(.makemore)
    plan.steps = 20
    return CheckpointRecord(plan: plan, step: 10, items: 100, fingerprint: 7)
  }()

  @Test func whatIsWrittenIsReadBack() throws {
    var progress = Self.progress
    #expect(try CheckpointRecord(Self.model(progress.json)) == progress)
    progress.plan = TrainingPlan(.default)
    progress.plan.steps = .max
    progress.plan.batchSize = 1 << 20
    progress.plan.learningRate = .leastNonzeroMagnitude
    progress.plan.weightDecay = 0
    progress.plan.seed = Seed(.max)
    progress.plan.holdout = 99
    progress.plan.without = Ablation.allCases
    progress.fingerprint = .max
    #expect(try CheckpointRecord(Self.model(progress.json)) == progress)
    progress.plan.learningRate = 1 / 3
    progress.plan.weightDecay = .greatestFiniteMagnitude
    #expect(try CheckpointRecord(Self.model(progress.json)) == progress)
  }

  /// What the first version did not have is left out where it is as it was, and read so.
  @Test func recordsOfTheFirstVersionAreReadAndWritten() throws {
    let json = """
      {"batch_size":32,"fingerprint":7,"holdout":0,"items":100,"learning_rate":0.0005,\
      "recipe":"makemore","seed":3407,"step":10,"steps":20,"weight_decay":0.01,"without":[]}
      """
    #expect(Self.progress.json == json)
    let first = try CheckpointRecord(
      Self.model(json.replacing("makemore", with: "default")))
    #expect(first.plan.schedule == .cosine && first.plan.optimizer == .adamw)
    #expect(first.plan.regularization == Regularization())
    var record = first
    record.plan.schedule = .linear
    record.plan.optimizer = .muon
    record.plan.regularization.dropout = 0.1
    record.plan.regularization.softTargets = 0.75
    record.plan.softOrder = 4
    #expect(try CheckpointRecord(Self.model(record.json)) == record)
    #expect(record.json.contains(#""optimizer":"muon""#) && !first.json.contains("optimizer"))
  }

  @Test(arguments: [
    ("", "is not a checkpoint: mm.training is missing"),
    ("[]", "mm.training is not a JSON object"),
    ("{}", "mm.training has no recipe"),
    ("\"recipe\":\"makemore\" \"recipe\":\"new\"", "recipe is not default or makemore"),
    ("\"recipe\":\"makemore\" \"recipe\":1", "recipe is not default or makemore"),
    ("\"steps\":20 \"steps\":20.5", "steps is not a whole number, 0 or more"),
    ("\"steps\":20 \"steps\":\"20\"", "steps is not a whole number, 0 or more"),
    ("\"steps\":20 \"steps\":9223372036854775808", "steps is not a whole number, 0 or more"),
    ("\"steps\" \"stops\"", "mm.training has no steps"),
    ("\"seed\":3407 \"seed\":1.5", "seed is not a whole number of 64 bits"),
    (
      "\"fingerprint\":7 \"fingerprint\":1e3",
      "fingerprint is not a whole number of 64 bits, 0 or more"
    ),
    (
      "\"without\":[] \"without\":{}",
      "without is not a list of attention, scores, positions, mlp, with commas"
    ),
    (
      "\"without\":[] \"without\":[\"head\"]",
      "without is not a list of attention, scores, positions, mlp, with commas"
    ),
    ("\"step\":10 \"step\":21", "step 21 is beyond the run's 20"),
    (
      "\"step\":10,\"steps\":20 \"step\":536870913,\"steps\":9223372036854775807",
      "step 536870913 of batches of 32 is too far to resume from with the recipe makemore; "
        + "--init starts another run from its weights"
    ),
    (
      "\"holdout\":0 \"holdout\":0,\"drawn_items\":1048577",
      "drawn_items is not a whole number, 0 to 1048576"
    ),
    ("\"step\":10 \"step\":-1", "step is not a whole number, 0 or more"),
    ("\"holdout\":0 \"holdout\":-1", "holdout is not a whole number, 0 or more"),
    ("\"batch_size\":32 \"batch_size\":0", "batch_size is not a whole number, 1 to 1048576"),
    (
      "\"batch_size\":32 \"batch_size\":9223372036854775807",
      "batch_size is not a whole number, 1 to 1048576"
    ),
    ("\"learning_rate\":5e-04 \"learning_rate\":1e999", "learning_rate is not a number, above 0"),
    ("\"learning_rate\":5e-04 \"learning_rate\":0", "learning_rate is not a number, above 0"),
    ("\"weight_decay\":0.01 \"weight_decay\":-1", "weight_decay is not a number, 0 or more"),
    ("\"weight_decay\":0.01 \"weight_decay\":1e999", "weight_decay is not a number, 0 or more"),
  ])
  func whatIsDamagedIsRefused(_ damage: String, _ reason: String) throws {
    let words = damage.split(separator: " ").map(String.init)
    var json: String? = words.first
    if words.count == 2 {
      let whole = Self.progress.json.replacing("0.0005", with: "5e-04")
      json = whole.replacing(words[0], with: words[1])
      #expect(json != whole)
    }
    let error = #expect(throws: DataError.self) { try CheckpointRecord(Self.model(json)) }
    let isWhole = ["mm.training", "is not"].contains { reason.hasPrefix($0) }
    #expect(error == DataError((isWhole ? "" : "mm.training: ") + reason, at: "-"))
  }

  @Test func whatIsNoJSONNamesTheFile() {
    for json in ["{", "{\"step\":1,\"step\":2}", "nonsense"] {
      let error = #expect(throws: DataError.self) { try CheckpointRecord(Self.model(json)) }
      #expect(error?.place == "-")
    }
  }
}
