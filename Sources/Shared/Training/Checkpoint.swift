/// A run as a file holds it: its record, its model, and its optimizer's state.
public struct Checkpoint {
  /// What the run does, and how far it has come.
  let record: CheckpointRecord

  /// The model as it was.
  let gpt: GPT

  private let file: ModelFile

  /// Reads a checkpoint.
  ///
  /// - Throws: `DataError` when the file is not a checkpoint, or damaged.
  init(_ file: ModelFile) throws(DataError) {
    self.file = file
    record = try CheckpointRecord(file)
    gpt = try GPT(file)
  }

  /// Refuses data other than those that the run began with.
  ///
  /// - Throws: `DataError` that says so.
  func check(_ corpus: Corpus) throws(DataError) {
    guard record.items == corpus.count, record.fingerprint == corpus.fingerprint else {
      throw file.error(
        "the run began with other data; --init \(file.place) starts another from its weights")
    }
  }

  /// Gives an optimizer its state.
  ///
  /// - Throws: `DataError` when a tensor is missing, of a wrong shape or type, or not finite.
  func restore(_ optimizer: any Optimizer) throws(DataError) {
    for state in optimizer.state {
      try state.values.read(state.tensors, from: file, prefix: state.prefix)
    }
  }
}
