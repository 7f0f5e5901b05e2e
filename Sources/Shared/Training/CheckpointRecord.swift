/// What a checkpoint tells of its run, as `mm.training` holds it.
public struct CheckpointRecord: Equatable, Sendable {
  /// What is done.
  public var plan: TrainingPlan

  /// The number of updates made.
  public var step: Int

  /// The number of items of the data.
  public var items: Int

  /// The fingerprint of the data.
  public var fingerprint: UInt64
}

extension CheckpointRecord {
  /// The value of `mm.training`.
  var json: String {
    let without = plan.without.map { JSON.quoted($0.rawValue) }.joined(separator: ",")
    return """
      {"batch_size":\(plan.batchSize),"fingerprint":\(fingerprint),"holdout":\(plan.holdout),\
      "items":\(items),"learning_rate":\(plan.learningRate.shortest),\
      "recipe":"\(plan.recipe.rawValue)","seed":\(plan.seed),"step":\(step),"steps":\(plan.steps),\
      "weight_decay":\(plan.weightDecay.shortest),"without":[\(without)]}
      """
  }

  /// Reads what a checkpoint tells of its run.
  ///
  /// - Throws: `DataError` when it tells nothing, or something malformed.
  public init(_ model: ModelFile) throws(DataError) {
    guard let json = model.metadata["mm.training"] else {
      throw model.error("is no checkpoint: mm.training is missing")
    }
    guard case .object(let members)? = try? JSON(parsing: Array(json.utf8)) else {
      throw model.error("mm.training is no JSON object")
    }
    let values = Dictionary(
      members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    func number<Number: LosslessStringConvertible>(
      _ key: String, _ type: Number.Type
    ) throws(DataError) -> Number {
      guard case .number(let text)? = values[key], let number = Number(text) else {
        throw model.error("mm.training has no \(key)")
      }
      return number
    }
    guard case .string(let name)? = values["recipe"],
      let recipe = TrainingPlan.Recipe(rawValue: name)
    else { throw model.error("mm.training has no recipe that this version knows") }
    plan = TrainingPlan(recipe)
    plan.steps = try number("steps", Int.self)
    plan.batchSize = try number("batch_size", Int.self)
    plan.learningRate = try number("learning_rate", Double.self)
    plan.weightDecay = try number("weight_decay", Double.self)
    plan.seed = try number("seed", UInt64.self)
    plan.holdout = try number("holdout", Int.self)
    guard case .array(let without)? = values["without"] else {
      throw model.error("mm.training has no list of parts that are left out")
    }
    for part in without {
      guard case .string(let name) = part, let part = Ablation(rawValue: name) else {
        throw model.error("mm.training leaves out a part that this version does not know")
      }
      plan.without.append(part)
    }
    step = try number("step", Int.self)
    items = try number("items", Int.self)
    fingerprint = try number("fingerprint", UInt64.self)
    let isRun = plan.steps >= step && step >= 0 && plan.holdout >= 0
    let isStep = TrainingPlan.batchSizes.contains(plan.batchSize)
    guard isRun, isStep, plan.learningRate > 0, plan.learningRate.isFinite,
      plan.weightDecay >= 0, plan.weightDecay.isFinite
    else {
      throw model.error("mm.training holds numbers out of their range")
    }
  }
}
