/// What a file says of a mixture before its models: the weights, and how counts are smoothed.
struct MixtureHeader {
  /// The weight of each model.
  let weights: [Double]

  /// The smoothing of each model, `nil` for those that are not counts.
  let smoothings: [Smoothing?]

  private let file: ModelFile

  /// Reads a model of kind `mixture`, whose parts follow it.
  ///
  /// - Throws: `DataError` when it is malformed.
  init(_ file: ModelFile) throws(DataError) {
    let tensor = try file.tensor("weights")
    guard case .f64(let weights) = tensor.values, tensor.shape.count == 1, !weights.isEmpty else {
      throw file.error("the tensor weights is not a row of F64")
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 })
    else {
      throw file.error("the weights of a mixture are finite, 0 or more, and not all 0")
    }
    guard let text = file.metadata["mm.smooth"] else { throw file.error("mm.smooth is missing") }
    let json: JSON
    do throws(DataError) { json = try JSON(parsing: Array(text.utf8)) } catch {
      throw DataError("mm.smooth: \(error.reason)", at: file.place)
    }
    guard case .array(let values) = json, values.count == weights.count else {
      throw file.error("mm.smooth is not a list of \(weights.count) values, one for each weight")
    }
    var smoothings: [Smoothing?] = []
    for value in values {
      switch value {
      case .null: smoothings.append(nil)
      case .string("kn"): smoothings.append(.kneserNey)
      case .string("wb"): smoothings.append(.wittenBell)
      case .number(let digits):
        guard let smoothing = Smoothing(word: digits) else { fallthrough }
        smoothings.append(smoothing)
      default:
        throw file.error("mm.smooth has \(value.text), expected \"kn\", \"wb\", a number or null")
      }
    }
    (self.weights, self.smoothings, self.file) = (weights, smoothings, file)
  }

  /// The error of a file that ends before all models have come.
  func truncated(after count: Int) -> DataError {
    file.error("truncated: \(count) of the \(weights.count) models of the mixture")
  }

  /// The mixture of the models that follow.
  ///
  /// - Throws: `DataError` when they do not fit what was said of them.
  func mixture(of parts: [MixturePart]) throws(DataError) -> Mixture {
    for (index, part) in parts.enumerated() where part.smoothing != smoothings[index] {
      throw file.error(
        "mm.smooth does not fit model \(index + 1) of the mixture: "
          + (part.smoothing == nil ? "it is not counts" : "it is counts"))
    }
    let mixture = Mixture(parts, weights: weights)
    guard try file.vocabulary() == mixture.vocabulary else {
      throw file.error("mm.vocab is not the union of the vocabularies of the mixture's models")
    }
    return mixture
  }
}

extension Mixture {
  /// Writes the mixture, and then its models.
  ///
  /// - Throws: `DataError` when a write fails.
  public func write(to output: OutputFile, as form: ModelForm) throws(DataError) {
    var header = ModelFile(
      kind: .mixture, vocabulary: vocabulary,
      tensors: [Tensor(name: "weights", shape: [weights.count], values: .f64(weights))])
    header.metadata["mm.smooth"] =
      JSON.array(
        parts.map { part in
          switch part.smoothing {
          case nil: .null
          case .additive(let added): .number(added.word)
          case .kneserNey, .wittenBell: .string(part.smoothing?.word ?? "")
          }
        }
      ).text
    try header.write(to: output, as: form)
    for part in parts { try part.write(output, form) }
  }
}

extension ModelKind {
  /// Several models as one: what mm-fit --mix writes.
  static let mixture = ModelKind(rawValue: "mixture")
}
