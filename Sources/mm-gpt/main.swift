import Shared

runTool(
  ToolDescription(
    "mm-gpt", summary: "train a GPT-2 on lines of text",
    synopsis: ["[OPTION]... [FILE]..."],
    details: """
      Trains a transformer on the lines of FILE and writes it, with its vocabulary, to standard
      output: a model of kind gpt, which is a GPT2LMHeadModel in safetensors. The same text, options
      and seed give the same bytes, whatever the number of threads.

      A run with --checkpoint can be stopped at any moment and gone on with by --resume.

      Memory: 12 MB and 4 ((6 + G) P + N (L (24 C + 2 H T) + 8 C + V)) bytes, for P parameters, L
      layers, C channels, H heads, blocks of T, V tokens, N distinct beginnings of items in a batch,
      and G = 1. A batch with more than S of them, 112 or with more than 64 channels 200, is cut into
      trees: then N is S for each thread, and G is 2, beyond 16 S it is 4, and beyond 64 S 8.

      With no FILE, or when FILE is -, reads standard input. The text is UTF-8.
      """,
    examples: [
      ("mm-gpt < names.txt > gpt.ckpt", "A model of names; mm-sample gpt.ckpt draws new ones."),
      (
        "mm-gpt --holdout 1000 --checkpoint run.ckpt < names.txt > gpt.ckpt",
        "The same, with 1000 names kept to score, and a file to go on from."
      ),
    ])
) { tool in
  let options = TrainingOptions(of: tool)
  let checkpoint = tool.option(
    "checkpoint", "FILE", String.self, help: "file to keep the run in, replaced as a whole")
  let interval = tool.option(
    "checkpoint-every", "N", default: 500, range: "1 or more", where: { $0 >= 1 },
    help: "steps between two checkpoints")
  let resume = tool.option(
    "resume", "FILE", String.self, help: "go on with the run of a checkpoint, and keep it there")
  let log = tool.option(
    "log", "FILE", String.self,
    help: "write a table of step, loss, held-out loss, learning rate and seconds")
  let text = tool.textOption()
  let null = tool.nullOption("items end with NUL, not newline")
  let threads = tool.threadsOption()
  let progress = ProgressOptions(of: tool)

  let input = TextInput(try tool.operands(), isNullSeparated: null())
  try options.check(resume: resume(), input: input)
  let file = checkpoint() ?? resume()
  if let file { try OutputFile.checkReplaceable(file) }
  let form = try tool.modelForm(isText: text())
  let run = try TrainingRun.make(options, resume: resume(), input: input, threads: threads())
  let logFile = try log().map { (path) throws(DataError) in
    try OutputFile.trainingLog(path, isResumed: resume() != nil)
  }
  var loop = TrainingLoop(
    run, log: logFile, checkpoint: file, isSaved: file == resume(), interval: interval(),
    progress: progress())
  try loop.carryOut()
  do throws(DataError) {
    try logFile?.close()
    try run.result.write(to: tool.output, as: form)
    try tool.output.close()
  } catch {
    throw DataError(error.reason + loop.kept, at: error.place)
  }
}
