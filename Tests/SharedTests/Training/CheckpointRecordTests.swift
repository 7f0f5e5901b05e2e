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
    progress.plan.seed = .max
    progress.plan.holdout = 99
    progress.plan.without = Ablation.allCases
    progress.fingerprint = .max
    #expect(try CheckpointRecord(Self.model(progress.json)) == progress)
    progress.plan.learningRate = 1 / 3
    progress.plan.weightDecay = .greatestFiniteMagnitude
    #expect(try CheckpointRecord(Self.model(progress.json)) == progress)
  }

  @Test(arguments: [
    ("", "is no checkpoint: mm.training is missing"),
    ("[]", "mm.training is no JSON object"),
    ("{}", "mm.training has no recipe that this version knows"),
    (
      "\"recipe\":\"makemore\" \"recipe\":\"new\"",
      "mm.training has no recipe that this version knows"
    ),
    ("\"steps\":20 \"steps\":20.5", "mm.training has no steps"),
    ("\"steps\":20 \"steps\":\"20\"", "mm.training has no steps"),
    ("\"steps\":20 \"steps\":9223372036854775808", "mm.training has no steps"),
    ("\"steps\" \"stops\"", "mm.training has no steps"),
    ("\"seed\":3407 \"seed\":-1", "mm.training has no seed"),
    ("\"fingerprint\":7 \"fingerprint\":1e3", "mm.training has no fingerprint"),
    ("\"without\":[] \"without\":{}", "mm.training has no list of parts that are left out"),
    (
      "\"without\":[] \"without\":[\"head\"]",
      "mm.training leaves out a part that this version does not know"
    ),
    ("\"step\":10 \"step\":21", "mm.training holds numbers out of their range"),
    ("\"step\":10 \"step\":-1", "mm.training holds numbers out of their range"),
    ("\"holdout\":0 \"holdout\":-1", "mm.training holds numbers out of their range"),
    ("\"batch_size\":32 \"batch_size\":0", "mm.training holds numbers out of their range"),
    (
      "\"batch_size\":32 \"batch_size\":9223372036854775807",
      "mm.training holds numbers out of their range"
    ),
    (
      "\"learning_rate\":5e-04 \"learning_rate\":1e999",
      "mm.training holds numbers out of their range"
    ),
    ("\"learning_rate\":5e-04 \"learning_rate\":0", "mm.training holds numbers out of their range"),
    ("\"weight_decay\":0.01 \"weight_decay\":-1", "mm.training holds numbers out of their range"),
    (
      "\"weight_decay\":0.01 \"weight_decay\":1e999", "mm.training holds numbers out of their range"
    ),
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
    #expect(error == DataError(reason, at: "-"))
  }

  @Test func whatIsNoJSONNamesTheFile() {
    for json in ["{", "{\"step\":1,\"step\":2}", "nonsense"] {
      let error = #expect(throws: DataError.self) { try CheckpointRecord(Self.model(json)) }
      #expect(error?.place == "-")
    }
  }
}
