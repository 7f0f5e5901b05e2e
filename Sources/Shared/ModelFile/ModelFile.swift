/// The kinds of model, as `mm.kind` names them.
public enum ModelKind: String, Sendable {
  /// How often each token followed each context: what mm-count writes.
  case counts

  /// Logits of the same shape: what mm-fit writes.
  case bigram

  /// A GPT-2: what mm-gpt writes.
  case gpt

  /// The losses of items under a model: what `mm-loss --tensor` writes.
  case losses

  /// Whether the rows and columns of the text form are labelled with the vocabulary.
  var isLabelled: Bool { self == .counts || self == .bigram }

  /// The number of tensors that a model has at least.
  var leastTensorCount: Int { self == .losses ? 2 : 1 }
}

/// Tensors with their metadata, as one safetensors file or one model of the text form holds them.
public struct ModelFile: Equatable, Sendable {
  /// The metadata, `mm.kind` and `mm.vocab` among them.
  public var metadata: [String: String]

  /// The tensors of the types that this project uses; others are passed over when reading.
  public var tensors: [Tensor]

  /// Where the model was read: what an error about it names.
  public var place: String

  /// Creates a model of a kind, over a vocabulary.
  public init(kind: ModelKind, vocabulary: Vocabulary?, tensors: [Tensor]) {
    metadata = Self.metadata(kind: kind, vocabulary: vocabulary)
    self.tensors = tensors
    place = "-"
  }

  init(metadata: [String: String], tensors: [Tensor], place: String) {
    self.metadata = metadata
    self.tensors = tensors
    self.place = place
  }

  /// Two models are equal when they hold the same, wherever they were read.
  public static func == (left: ModelFile, right: ModelFile) -> Bool {
    left.metadata == right.metadata && left.tensors == right.tensors
  }

  /// The metadata that every model of a kind has.
  static func metadata(kind: ModelKind, vocabulary: Vocabulary?) -> [String: String] {
    var metadata = ["format": "pt", "mm.version": "1", "mm.kind": kind.rawValue]
    if let vocabulary { metadata["mm.vocab"] = vocabulary.text }
    return metadata
  }

  /// The kind.
  ///
  /// - Throws: `DataError` when the metadata names none, or one that this version does not know.
  public func kind() throws(DataError) -> ModelKind {
    guard let name = metadata["mm.kind"] else {
      throw error("a safetensors file without mm.kind: no model of this project")
    }
    guard metadata["mm.version"] == "1" else {
      throw error("mm.version is \(quoted(metadata["mm.version"])), expected \"1\"")
    }
    guard let kind = ModelKind(rawValue: name) else {
      throw error("mm.kind is \(quoted(name)), expected counts, bigram, gpt or losses")
    }
    return kind
  }

  /// The vocabulary.
  ///
  /// - Throws: `DataError` when there is none, or when it repeats a character or is out of order.
  public func vocabulary() throws(DataError) -> Vocabulary {
    guard let text = metadata["mm.vocab"] else { throw error("mm.vocab is missing") }
    do throws(DataError) { return try Vocabulary(text: text) } catch { throw error.at(place) }
  }

  /// The tensor of a name.
  ///
  /// - Throws: `DataError` when there is none.
  public func tensor(_ name: String) throws(DataError) -> Tensor {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw error("the tensor \(name) is missing, or of a type that holds no \(name)")
    }
    return tensor
  }

  /// An error about this model.
  public func error(_ reason: String) -> DataError { DataError(reason, at: place) }

  private func quoted(_ text: String?) -> String { text.map(JSON.quoted) ?? "missing" }

  /// Writes the model.
  ///
  /// - Throws: `DataError` when a write fails.
  public func write(to output: OutputFile, as form: ModelForm) throws(DataError) {
    var writer = try ModelWriter(
      output, form, metadata: metadata, tensors: tensors.map(\.header))
    for tensor in tensors {
      switch tensor.values {
      case .i64(let values): try writer.append(values)
      case .f32(let values): try writer.append(values)
      case .f64(let values): try writer.append(values)
      }
    }
    writer.finish()
  }
}
