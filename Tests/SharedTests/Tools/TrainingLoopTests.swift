import Testing

@testable import Shared

@Suite struct TrainingLoopTests {
  /// Carries out a run, and gives what it wrote: the table without its seconds, and the model.
  private func carryOut(
    _ run: TrainingRun, in folder: TemporaryFolder, checkpoint: String? = nil,
    isResumed: Bool = false,
    every interval: Int = 500
  ) throws -> (rows: [String], model: [UInt8]) {
    let log = folder.path("log")
    var loop = TrainingLoop(
      run, log: try TrainingLog(log, run, isResumed ? .resumed(checkpoint!) : .new),
      checkpoint: checkpoint,
      isSaved: isResumed, interval: interval,
      progress: Progress(name: "mm-try", isWanted: false, isQuiet: true))
    let model = try folder.written { try loop.carryOut(to: $0, as: .binary) }
    let rows = try folder.read("log").split(separator: "\n")
    return (
      rows.map {
        $0.split(separator: "\t", omittingEmptySubsequences: false).dropLast().joined(
          separator: " ")
      }, model
    )
  }

  @Test func theLogHasEveryTenthStepAndTheHeldOutLosses() throws {
    let folder = try TemporaryFolder()
    var plan = TrainingRunTests.plan(.default)
    plan.steps = 512
    let rows = try carryOut(TrainingRunTests.run(plan), in: folder).rows
    let run = try TrainingRunTests.run(plan)
    var expected = ["step loss holdout_loss learning_rate"]
    for step in 0..<512 {
      let loss = try run.update()
      if step % 10 == 0 {
        expected.append("\(step) \(loss.shortest)  \(plan.learningRate(at: step).shortest)")
      }
      if step == 499 || step == 511 {
        expected.append("\(step + 1)  \(try #require(run.holdoutLoss()).shortest) ")
      }
    }
    #expect(rows == expected)
  }

  @Test func theCheckpointAtTheEndIsTheRuns() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("run")
    let plan = TrainingRunTests.plan(.makemore)
    let model = try carryOut(TrainingRunTests.run(plan), in: folder, checkpoint: path, every: 5)
      .model
    let run = try TrainingRunTests.run(plan)
    while !run.isDone { _ = try run.update() }
    #expect(try folder.models(model)[0] == run.result)
    #expect(try ModelReader.model(in: path) == run.checkpoint)
    // A finished run that is resumed makes no step, and writes the same.
    let again = try TrainingRunTests.run(plan, checkpoint: ModelReader.model(in: path))
    let (rows, same) = try carryOut(again, in: folder, checkpoint: path, isResumed: true)
    #expect(same == model && rows.suffix(2).first == rows.suffix(1).first)
    #expect(try ModelReader.model(in: path) == run.checkpoint)
  }

  @Test func anErrorSaysWhatTheCheckpointHolds() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("run")
    var plan = TrainingRunTests.plan(.makemore)
    plan.learningRate = 1e30
    let error = try dataError {
      _ = try carryOut(TrainingRunTests.run(plan), in: folder, checkpoint: path, every: 1)
    }
    #expect(
      error
        == DataError(
          "the loss is NaN at step 1; try a lower --learning-rate; no step was saved"))
    plan.learningRate = 1e-3
    plan.steps = 3
    let run = try TrainingRunTests.run(plan)
    let full = try dataError {
      var loop = TrainingLoop(
        run, log: nil, checkpoint: path, isSaved: false, interval: 500,
        progress: Progress(name: "mm-try", isWanted: false, isQuiet: true))
      try loop.carryOut(to: OutputFile(creating: "/dev/full"), as: .binary)
    }
    #expect(
      full?.description == "/dev/full: No space left on device; \(path) holds the run at step 3")
  }
}
