/// What a checkpoint says of its run, as `mm.training` holds it.
struct CheckpointRecord: Equatable, Sendable {
  /// What is done.
  var plan: TrainingPlan

  /// The number of updates made.
  var step: Int

  /// The number of items of the data.
  var items: Int

  /// The fingerprint of the data.
  var fingerprint: UInt64
}

extension CheckpointRecord {
  /// What it has beside the plan.
  private static let fields: [any Setting<CheckpointRecord>] = [
    Field("step", \.step, .atLeast(0)), Field("items", \.items, .atLeast(0)),
    Field("fingerprint", \.fingerprint),
  ]

  /// The value of `mm.training`.
  var json: String {
    func members<Owner>(_ settings: [any Setting<Owner>], of owner: Owner, first: Owner) -> [(
      String, String
    )] {
      settings.compactMap { setting in
        setting.json(of: owner, first: first).map { (setting.key, $0) }
      }
    }
    let members =
      members(TrainingPlan.fields, of: plan, first: TrainingPlan(plan.recipe))
      + members(Self.fields, of: self, first: self)
    let sorted = members.sorted { $0.0 < $1.0 }.map { "\(JSON.quoted($0.0)):\($0.1)" }
    return "{\(sorted.joined(separator: ","))}"
  }

  /// Reads what a checkpoint says of its run.
  ///
  /// - Throws: `DataError` when it says nothing, or something malformed.
  init(_ model: ModelFile) throws(DataError) {
    guard let json = model.metadata["mm.training"] else {
      throw model.error("is not a checkpoint: mm.training is missing")
    }
    do throws(DataError) { try self.init(json: json) } catch { throw error.at(model.place) }
  }

  private init(json: String) throws(DataError) {
    guard case .object(let members)? = try? JSON(parsing: Array(json.utf8)) else {
      throw DataError("mm.training is not a JSON object")
    }
    let values = Dictionary(
      members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    self.init(plan: TrainingPlan(.default), step: 0, items: 0, fingerprint: 0)
    try TrainingPlan.recipeField.read(from: values, into: &plan)
    plan = TrainingPlan(plan.recipe)
    for field in TrainingPlan.fields { try field.read(from: values, into: &plan) }
    for field in Self.fields { try field.read(from: values, into: &self) }
    guard step <= plan.steps else {
      throw DataError("mm.training: step \(step) is beyond the run's \(plan.steps)")
    }
    guard plan.recipe == .default || step <= Batches.skippedLimit / plan.batchSize else {
      throw DataError(
        "mm.training: step \(step) of batches of \(plan.batchSize) is too far to resume from with "
          + "the recipe makemore; --init starts another run from its weights")
    }
  }
}
