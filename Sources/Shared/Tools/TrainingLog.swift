/// The table of a run, which can be followed row by row as it is written.
///
/// Every tenth step has a row, and each measurement of the held-out loss.
public struct TrainingLog {
  private let file: OutputFile

  private static let heading = "step\tloss\tholdout_loss\tlearning_rate\tseconds"

  /// Opens the table: emptied, at its end for a run that is resumed, or at the checkpoint's step
  /// for one that continues.
  ///
  /// An empty one gets its heading.
  ///
  /// - Throws: `DataError` when the file cannot be read, opened or written.
  public init(_ path: String, _ run: TrainingRun, _ start: RunStart) throws(DataError) {
    if case .continued = start { try Self.cut(path, run) }
    file = start == .new ? try OutputFile(creating: path) : try OutputFile(appendingTo: path)
    if try file.isEmpty() { try file.write(Self.heading + "\n") }
  }

  /// Removes the rows that a run will write again: those of steps after its checkpoint.
  private static func cut(_ path: String, _ run: TrainingRun) throws(DataError) {
    var status = stat()
    if stat(path, &status) != 0 {
      if errno == ENOENT { return }
      throw DataError(errno: errno, at: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return }
    let reader = BlockReader(try InputFile(path))
    var bytes: [UInt8] = []
    while try reader.fill() {
      try reader.take { (block) throws(DataError) in
        bytes += block
        return block.count
      }
    }
    // A row without its end was cut off by whatever ended the run before.
    let whole = bytes[..<((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)]
    let rows = whole.split(separator: UInt8(ascii: "\n")).filter { row in
      isBefore(run, row.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false))
    }
    try OutputFile.replace(path) { (file) throws(DataError) in
      for row in rows { try file.write(Array(row) + [UInt8(ascii: "\n")]) }
    }
  }

  /// Whether a row is one that a run will not write again.
  private static func isBefore(_ run: TrainingRun, _ fields: [ArraySlice<UInt8>]) -> Bool {
    guard fields.count == 5, let step = Int(String(decoding: fields[0], as: UTF8.self)) else {
      return true
    }
    // The held-out loss is measured after an update, and at the end again.
    let isHoldout = fields[1].isEmpty
    return isHoldout && !run.isDone ? step <= run.step : step < run.step
  }

  /// Adds the row of a step, if it is one of those that have one.
  ///
  /// - Throws: `DataError` when a write fails.
  func add(step: Int, loss: Double, rate: Double, seconds: Double) throws(DataError) {
    if step.isMultiple(of: 10) { try write(step, loss.shortest, "", rate.shortest, seconds) }
  }

  /// Adds the row of the held-out loss after a number of updates.
  ///
  /// - Throws: `DataError` when a write fails.
  func add(holdoutLoss: Double, after step: Int, seconds: Double) throws(DataError) {
    try write(step, "", holdoutLoss.shortest, "", seconds)
  }

  /// Closes the file.
  ///
  /// - Throws: `DataError` when a write fails.
  func close() throws(DataError) { try file.close() }

  private func write(
    _ step: Int, _ loss: String, _ holdoutLoss: String, _ rate: String, _ seconds: Double
  ) throws(DataError) {
    try file.write("\(step)\t\(loss)\t\(holdoutLoss)\t\(rate)\t\(seconds.fixed(3))\n")
    try file.flush()
  }
}
