/// The two forms of a model, which hold the same.
public enum ModelForm: Sendable {
  /// safetensors.
  case binary

  /// Labelled lines of tab-separated fields.
  case text
}

/// Writes one model as its values arrive, so that none has to be in memory as a whole.
struct ModelWriter {
  private let output: OutputFile
  private let form: ModelForm
  private let tensors: [TensorShape]
  private let labels: TableLabels?
  private var tensor = 0
  private var written = 0

  /// Writes what comes before the values.
  ///
  /// - Parameters:
  ///   - metadata: `mm.kind` among it.
  ///   - tensors: In the order in which their values will come.
  ///   - layout: How the text form lays them out.
  /// - Throws: `DataError` when a write fails.
  init(
    _ output: OutputFile, _ form: ModelForm, metadata: [String: String], tensors: [TensorShape],
    layout: TextLayout = .rows
  ) throws(DataError) {
    self.output = output
    self.form = form
    self.tensors = tensors
    switch form {
    case .binary:
      labels = nil
      try SafeTensorsWriter.begin(output, metadata: metadata, tensors: tensors)
    case .text:
      labels =
        layout == .table
        ? metadata["mm.vocab"].flatMap { try? Vocabulary(text: $0) }.map(TableLabels.init) : nil
      try output.write(TextForm.header(metadata: metadata, isLabelled: labels != nil))
    }
    try beginTensor()
  }

  /// Writes the next values of the current tensor, and those of the next once it is full.
  ///
  /// - Throws: `DataError` when a write fails.
  /// - Precondition: They are of the tensor's type, and there are no more than it has.
  mutating func append<Element: TensorElement>(_ values: [Element]) throws(DataError) {
    try values.withUnsafeBufferPointer { (values) throws(DataError) in try append(values) }
  }

  /// Writes values from where they are.
  ///
  /// - Throws: `DataError` when a write fails.
  /// - Precondition: As for an array of them.
  mutating func append<Element: TensorElement>(
    _ values: UnsafeBufferPointer<Element>
  ) throws(DataError) {
    if values.isEmpty { return }
    precondition(tensor < tensors.count, "more values than the header announced")
    precondition(Element.dtype == tensors[tensor].dtype, "values of another type than announced")
    switch form {
    case .binary: try output.write(bytes: UnsafeRawBufferPointer(values))
    case .text:
      try TextForm.write(
        values, from: written, of: tensors[tensor], labels: labels, to: output)
    }
    written += values.count
    let count = tensors[tensor].count ?? 0
    precondition(written <= count, "more values than the header announced")
    if written == count {
      tensor += 1
      written = 0
      try beginTensor()
    }
  }

  /// Checks that all the values have come.
  ///
  /// - Precondition: They have.
  func finish() {
    precondition(tensor == tensors.count, "fewer values than the header announced")
  }

  /// Writes the line before a tensor's rows; tensors without values are passed over.
  private mutating func beginTensor() throws(DataError) {
    while tensor < tensors.count {
      if form == .text { try output.write(TextForm.line(of: tensors[tensor], labels: labels)) }
      if tensors[tensor].count != 0 { return }
      tensor += 1
    }
  }
}
