import Shared

runTool(
  ToolDescription(
    "mm-gpt", summary: "train a GPT-2 on lines of text",
    synopsis: ["[OPTION]... [FILE]..."],
    details: """
      Trains a transformer on the lines of FILE and writes it, with its vocabulary, to standard
      output: a model of kind gpt, which is a GPT2LMHeadModel in safetensors. The same text, options
      and seed give the same bytes, whatever the number of threads.

      \(TrainingOptions.stepsInWords)

      A run with --checkpoint can be stopped at any moment and resumed by --resume.

      Training needs roughly 28 bytes per parameter plus 4 (L (24 C + 2 H T) + 8 C + V) bytes per
      distinct prefix in a batch, for L layers, C channels, H heads, a block of T and V tokens. A
      run that would not fit is refused before it starts.

      With no FILE, or when FILE is -, reads standard input. The text is UTF-8.
      """,
    examples: [
      ("mm-gpt < names.txt > gpt.ckpt", "A model of names; mm-sample gpt.ckpt draws new ones."),
      (
        "mm-gpt --holdout 1000 --checkpoint run.ckpt < names.txt > gpt.ckpt",
        "The same, with 1000 names kept to score, and a file to resume from."
      ),
    ])
) { tool in
  let options = TrainingOptions(of: tool)
  let checkpoints = CheckpointOptions(of: tool)
  let log = tool.option(
    "log", "FILE", String.self,
    help: "write a table of step, loss, held-out loss, learning rate and seconds")
  let text = tool.textOption()
  let reading = TextOptions(of: tool, takesWeights: true, null: "items end with NUL, not newline")
  let threads = tool.threadsOption()
  let progress = ProgressOptions(of: tool)

  let operands = try tool.operands()
  let input = reading.input(operands)
  let start = try checkpoints.start()
  try options.check(start, input: input)
  let file = checkpoints.file()
  if let file { try OutputFile.checkReplaceable(file) }
  let form = try tool.modelForm(isText: text())
  let run = try options.run(start, input: input, threads: threads())
  var loop = TrainingLoop(
    run, log: try log().map { (path) throws(DataError) in try TrainingLog(path, run, start) },
    checkpoint: file, isSaved: file == start.path, interval: checkpoints.every(),
    progress: progress())
  try loop.carryOut(to: tool.output, as: form)
  loop.say(input.outcome)
}
