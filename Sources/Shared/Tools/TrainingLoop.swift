/// Carries out a run of training, and reports it: on standard error, in a log and in checkpoints.
public struct TrainingLoop {
  private let run: TrainingRun
  private let log: OutputFile?
  private let checkpoint: String?
  private let interval: Int
  private var progress: Progress

  private let begun = Self.now
  private let firstStep: Int
  private var shown: Double?
  private var smoothedLoss: Double?
  private var holdoutLoss: Double?
  private var saved: Int?

  /// Prepares to carry out a run.
  ///
  /// - Parameters:
  ///   - log: Gets a row for every tenth step, and for every measurement of the held-out loss.
  ///   - checkpoint: The file to replace every `interval` steps, at the end, and before a stop.
  ///   - isSaved: Whether that file holds the run as it is.
  public init(
    _ run: TrainingRun, log: OutputFile?, checkpoint: String?, isSaved: Bool, interval: Int,
    progress: Progress
  ) {
    self.run = run
    self.log = log
    self.checkpoint = checkpoint
    self.interval = interval
    self.progress = progress
    firstStep = run.step
    saved = isSaved ? run.step : nil
  }

  /// Makes the updates that are left, and writes the model.
  ///
  /// - Throws: `DataError` when the loss is no longer finite, or a write fails; it says what step
  ///   the checkpoint holds, from which the run can be resumed.
  public mutating func carryOut(
    to output: OutputFile, as form: ModelForm
  ) throws(DataError) {
    try keepingTrack { (loop) throws(DataError) in
      try loop.makeUpdates()
      try loop.log?.close()
      try loop.run.writeModel(to: output, as: form)
      try output.close()
    }
  }

  /// Runs `body`; an error ends the progress, and says what the checkpoint holds.
  private mutating func keepingTrack(
    _ body: (inout TrainingLoop) throws(DataError) -> Void
  ) throws(DataError) {
    do throws(DataError) { try body(&self) } catch {
      progress.end()
      throw DataError(error.reason + kept, at: error.place)
    }
  }

  private mutating func makeUpdates() throws(DataError) {
    if checkpoint != nil { StopSignals.catchThem() }
    while !run.isDone {
      let step = run.step
      let loss = try run.update()
      smoothedLoss = smoothedLoss.map { $0 + 0.02 * (loss - $0) } ?? loss
      if step.isMultiple(of: 10) {
        let rate = run.plan.learningRate(at: step)
        try writeRow(step, loss.shortest, "", rate.shortest)
      }
      if run.step.isMultiple(of: 500), !run.isDone { try measureHoldout() }
      if run.step.isMultiple(of: interval), !run.isDone { try save() }
      show()
      if StopSignals.isStopWanted {
        if saved != run.step { try save() }
        progress.end()
        StopSignals.endBySignal()
      }
    }
    try run.check()
    try measureHoldout()
    try save()
    show(isLast: true)
    progress.end()
    // Who does not read the model must be able to stop the tool; what came before counts.
    if checkpoint != nil {
      StopSignals.release()
      StopSignals.endBySignal()
    }
  }

  /// What an error can say of the checkpoint.
  private var kept: String {
    guard let checkpoint else { return "" }
    guard let saved else { return "; no step was saved" }
    return "; \(checkpoint) holds the run at step \(saved)"
  }

  private mutating func measureHoldout() throws(DataError) {
    guard let loss = run.holdoutLoss() else { return }
    holdoutLoss = loss
    try writeRow(run.step, "", loss.shortest, "")
  }

  private mutating func writeRow(
    _ step: Int, _ loss: String, _ holdoutLoss: String, _ rate: String
  ) throws(DataError) {
    guard let log else { return }
    try log.write("\(step)\t\(loss)\t\(holdoutLoss)\t\(rate)\t\(seconds.fixed(3))\n")
    try log.flush()
  }

  private mutating func save() throws(DataError) {
    guard let checkpoint else { return }
    try run.check()
    do throws(DataError) {
      try OutputFile.replace(checkpoint) { (file) throws(DataError) in
        try run.writeCheckpoint(to: file)
      }
    } catch {
      throw DataError(error.reason, at: checkpoint)
    }
    saved = run.step
  }

  private var seconds: Double { Self.now - begun }

  /// Seconds of a clock that only goes forward.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private mutating func show(isLast: Bool = false) {
    guard progress.isShown else { return }
    if !isLast {
      if progress.isOneLine {
        if let shown, seconds - shown < 0.1 { return }
      } else if !run.step.isMultiple(of: 100) {
        return
      }
    }
    shown = seconds
    let steps = run.plan.steps
    let done = Double(max(1, run.step - firstStep))
    var parts = ["step \(run.step)/\(steps)"]
    if let smoothedLoss { parts.append("loss \(smoothedLoss.fixed(4))") }
    if let holdoutLoss { parts.append("held-out \(holdoutLoss.fixed(4))") }
    let rate = run.plan.learningRate(at: min(run.step, max(0, steps - 1)))
    parts.append("learning rate \(rate.fixed(5))")
    parts.append("\((done * Double(run.plan.batchSize) / seconds).fixed(0)) items/s")
    let left = seconds / done * Double(steps - run.step)
    parts.append(isLast ? "\(seconds.fixed(1)) s" : "\(left.fixed(0)) s left")
    progress.show(parts.joined(separator: "  "))
  }
}

extension OutputFile {
  /// Opens the table of a run: emptied, or at its end for a resumed run.
  ///
  /// An empty one gets its heading.
  ///
  /// - Throws: `DataError` when the file cannot be opened.
  public static func trainingLog(
    _ path: String, isResumed: Bool
  ) throws(DataError) -> OutputFile {
    let file = isResumed ? try OutputFile(appendingTo: path) : try OutputFile(creating: path)
    if file.isEmpty { try file.write("step\tloss\tholdout_loss\tlearning_rate\tseconds\n") }
    return file
  }
}
