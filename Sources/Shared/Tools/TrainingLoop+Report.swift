// What a run shows on standard error.
extension TrainingLoop {
  /// Shows what there is to do, on a line that stays.
  mutating func introduce() {
    progress.show(
      "\(run.model.parameters.count) parameters, \(run.itemCount) items to train on, about "
        + "\(ByteCount.text(run.memory.bytes)) of memory")
    progress.end()
  }

  /// Shows how far the run has come, now and then.
  mutating func show(isLast: Bool = false) {
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

  /// Shows five items drawn from the model as it is.
  mutating func showSamples() throws(DataError) {
    guard progress.isShown else { return }
    let samples = try run.samples(5).map { (item) -> String in
      let text = run.text(of: item)
      return text.count > 40 ? "\(text.prefix(40))..." : text
    }
    progress.end()
    progress.show("step \(run.step)  samples  \(samples.joined(separator: "  "))")
    progress.end()
  }

  /// Says how good the model is on the items held out, if there are any.
  mutating func sayOutcome() throws(DataError) {
    guard let holdoutLoss else { return }
    let losses = [
      "uniform \(run.uniformLoss.fixed(4))", "Kneser-Ney \(try run.kneserNeyLoss().fixed(4))",
    ]
    let samples = try run.samples(1000)
    let epochs = run.epochs.fixed(run.epochs < 10 ? 2 : 0)
    let copies = "\(run.copies(in: samples)) of \(samples.count) samples are copies"
    progress.say(
      "held-out loss \(holdoutLoss.shortest) (\(losses.joined(separator: ", "))); "
        + "\(epochs) epochs; \(copies)")
  }
}
