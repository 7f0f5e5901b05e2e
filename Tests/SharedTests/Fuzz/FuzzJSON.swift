@testable import Shared

/// JSON from outside: values, the configuration of a GPT, and the record of a run.
enum FuzzJSON {
  /// Takes bytes for all three.
  static func run(_ bytes: [UInt8]) throws {
    guard let value = try FuzzFolder.accepted({ try JSON(parsing: bytes) }) else { return }
    let again = try JSON(parsing: Array(value.text.utf8))
    try FuzzFailure.unless(again == value, "\(value.text) is read as \(again.text)")

    let text = String(decoding: bytes, as: UTF8.self)
    let heads = try FuzzFolder.accepted {
      try GPTConfig.nHead(
        in: text, sizes: ["n_layer": 1, "n_embd": 4, "n_positions": 8, "vocab_size": 3])
    }
    if let heads = heads ?? nil { try FuzzFailure.unless(heads > 0, "\(heads) heads") }
    var file = ModelFile(kind: .gpt, vocabulary: nil, tensors: [])
    file.metadata["mm.training"] = text
    guard let record = try FuzzFolder.accepted({ try CheckpointRecord(file) }) else { return }
    file.metadata["mm.training"] = record.json
    try FuzzFailure.unless(
      try CheckpointRecord(file) == record, "\(record.json) is another record")
    try begin(record.plan)
    guard record.plan.recipe == .default, record.plan.batchSize <= 1000 else { return }
    var batches = Batches(
      size: record.plan.batchSize, of: max(1, record.items % 1000), seed: record.plan.seed.bits)
    batches.skip(record.step)
    try FuzzFailure.unless(
      batches.next().count == record.plan.batchSize, "a batch of another size")
  }

  /// Takes one step of a run, where it is not too large for a search.
  private static func begin(_ plan: TrainingPlan) throws {
    guard plan.batchSize <= 8, plan.softOrder <= 4, plan.drawnItems <= 1000 else { return }
    _ = try FuzzFolder.accepted {
      let run = try TrainingRun(
        plan, corpus: corpus, from: .drawn(config), pool: ThreadPool(threads: 1))
      if !run.isDone { _ = try run.update() }
    }
  }

  private static let config = GPTConfig(
    nLayer: 1, nHead: 1, nEmbd: 4, blockSize: 8, vocabSize: 3)

  /// Three items over two characters.
  private static let corpus: Corpus = {
    // The file is of no use once it is read.
    let path = "/dev/shm/mm-fuzz-\(getpid()).names"
    defer { unlink(path) }
    let file = try? OutputFile(creating: path)
    try? file?.write("ab\nba\naab\n")
    try? file?.close()
    guard let corpus = try? Corpus(TextInput([path])) else { preconditionFailure("no corpus") }
    return corpus
  }()
}
