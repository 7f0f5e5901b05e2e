/// The table of a run, which whoever follows the file sees row by row.
///
/// Every tenth step has a row, and each measurement of the held-out loss.
public struct TrainingLog {
  private let file: OutputFile

  /// Opens the table: emptied, or at its end for a resumed run.
  ///
  /// An empty one gets its heading.
  ///
  /// - Throws: `DataError` when the file cannot be opened or written.
  public init(_ path: String, isResumed: Bool) throws(DataError) {
    file = isResumed ? try OutputFile(appendingTo: path) : try OutputFile(creating: path)
    if file.isEmpty { try file.write("step\tloss\tholdout_loss\tlearning_rate\tseconds\n") }
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
