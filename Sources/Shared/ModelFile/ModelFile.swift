// ModelFile: the tensor format, in its two forms. It knows tensors, metadata and labels; what a kind
// of model means, and which tensors it has, is known to the folder of the kind.

/// A kind of model, as `mm.kind` names it; the folder of a kind declares it and checks its tensors.
struct ModelKind: RawRepresentable, Equatable, Sendable, CustomStringConvertible {
  /// The name.
  let rawValue: String

  /// Takes a name for a kind.
  init(rawValue: String) { self.rawValue = rawValue }

  /// The name.
  var description: String { rawValue }
}

/// How the text form lays tensors out.
enum TextLayout: Sendable {
  /// Rows of the last dimension.
  case rows

  /// Rows and columns labelled with the vocabulary.
  case table
}

/// Tensors with their metadata, as one safetensors file or one model of the text form holds them.
public struct ModelFile: Equatable, Sendable {
  /// The metadata, `mm.kind` and `mm.vocab` among them.
  var metadata: [String: String]

  /// The tensors of the types that this project uses; others are passed over when reading.
  var tensors: [Tensor]

  /// Where the model was read: what an error about it names.
  var place: String

  /// How the text form lays the tensors out.
  var layout: TextLayout

  /// Creates a model of a kind, over a vocabulary.
  init(
    kind: ModelKind, vocabulary: Vocabulary?, tensors: [Tensor], layout: TextLayout = .rows
  ) {
    self.init(
      metadata: Self.metadata(kind: kind, vocabulary: vocabulary), tensors: tensors, place: "-",
      layout: layout)
  }

  init(
    metadata: [String: String], tensors: [Tensor], place: String, layout: TextLayout = .rows
  ) {
    self.metadata = metadata
    self.tensors = tensors
    self.place = place
    self.layout = layout
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
  /// - Throws: `DataError` when the metadata names none, or another version of the format.
  func kind() throws(DataError) -> ModelKind {
    guard let name = metadata["mm.kind"] else {
      throw error("a safetensors file without mm.kind: not a model of this project")
    }
    guard metadata["mm.version"] == "1" else {
      throw error("mm.version is \(quoted(metadata["mm.version"])), expected \"1\"")
    }
    return ModelKind(rawValue: name)
  }

  /// Refuses a model of another kind.
  ///
  /// - Parameter words: What is wanted, and who makes it: `counts are wanted; mm-count makes them`.
  /// - Throws: `DataError` with these words, and as `kind()` does.
  func check(_ wanted: ModelKind, _ words: String) throws(DataError) {
    let kind = try kind()
    guard kind == wanted else { throw error("a model of kind \(kind) where \(words)") }
  }

  /// The vocabulary.
  ///
  /// - Throws: `DataError` when there is none, or when it repeats a character or is out of order.
  func vocabulary() throws(DataError) -> Vocabulary {
    guard let text = metadata["mm.vocab"] else { throw error("mm.vocab is missing") }
    do throws(DataError) { return try Vocabulary(text: text) } catch { throw error.at(place) }
  }

  /// The tensor of a name.
  ///
  /// - Throws: `DataError` when there is none.
  func tensor(_ name: String) throws(DataError) -> Tensor {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw error("the tensor \(name) is missing, or of a type that holds no \(name)")
    }
    return tensor
  }

  /// An error about this model.
  func error(_ reason: String) -> DataError { DataError(reason, at: place) }

  private func quoted(_ text: String?) -> String { text.map(JSON.quoted) ?? "missing" }

  /// Writes the model.
  ///
  /// - Throws: `DataError` when a write fails.
  public func write(to output: OutputFile, as form: ModelForm) throws(DataError) {
    var writer = try ModelWriter(
      output, form, metadata: metadata, tensors: tensors.map(\.header), layout: layout)
    for tensor in tensors {
      switch tensor.values {
      case .u8(let values): try writer.append(values)
      case .u16(let values): try writer.append(values)
      case .u32(let values): try writer.append(values)
      case .i64(let values): try writer.append(values)
      case .f32(let values): try writer.append(values)
      case .f64(let values): try writer.append(values)
      }
    }
    writer.finish()
  }
}
