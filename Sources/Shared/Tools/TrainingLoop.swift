/// Carries out a run of training, and reports it: on standard error, in a log and in checkpoints.
public struct TrainingLoop {
  let run: TrainingRun
  private let log: TrainingLog?
  private let checkpoint: String?
  private let interval: Int
  var progress: Progress

  private let begun = Machine.seconds
  let firstStep: Int
  var shown: Double?
  private(set) var smoothedLoss: Double?
  private(set) var holdoutLoss: Double?
  private var saved: Int?

  /// Prepares to carry out a run.
  ///
  /// - Parameters:
  ///   - log: Gets the rows of the run.
  ///   - checkpoint: The file to replace every `interval` steps, at the end, and before a stop.
  ///   - isSaved: Whether that file holds the run as it is.
  public init(
    _ run: TrainingRun, log: TrainingLog?, checkpoint: String?, isSaved: Bool, interval: Int,
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
      try loop.sayOutcome()
    }
  }

  /// Says something that is not progress, unless the tool is to be quiet.
  public mutating func say(_ text: String?) {
    if let text { progress.say(text) }
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
    introduce()
    while !run.isDone {
      let step = run.step
      let loss = try run.update()
      smoothedLoss = smoothedLoss.map { $0 + 0.02 * (loss - $0) } ?? loss
      try log?.add(
        step: step, loss: loss, rate: run.plan.learningRate(at: step), seconds: seconds)
      if run.step.isMultiple(of: 500), !run.isDone {
        try measureHoldout()
        try showSamples()
      }
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
    try showSamples()
    // A reader that does not take the model must be able to stop the tool; a signal before that counts.
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
    try log?.add(holdoutLoss: loss, after: run.step, seconds: seconds)
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

  var seconds: Double { Machine.seconds - begun }
}
