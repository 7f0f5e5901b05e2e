/// Runs a tool: its body declares options, asks for the operands, reads and writes.
///
/// Ends the process: with status 0 when all is written, 1 for bad data and failed input or output,
/// 2 for a wrong command line. A diagnostic is one line on standard error.
public func runTool(_ description: ToolDescription, _ body: (Tool) throws -> Void) -> Never {
  do { try Memory.check() } catch {
    Diagnostics.print("\(description.name): \(error)")
    exit(1)
  }
  let tool = Tool(description, words: Array(CommandLine.arguments.dropFirst()))
  do {
    try checkArguments()
    do { try body(tool) } catch is Tool.Done {}
    try tool.output.close()
    exit(0)
  } catch let error as UsageError {
    Diagnostics.print("\(description.name): \(error.reason)")
    Diagnostics.print("Try '\(description.name) --help' for more information.")
    exit(2)
  } catch {
    // What was written before the error is data: mm-loss --per-line has printed it for someone.
    try? tool.output.flush()
    Diagnostics.print("\(description.name): \(error)")
    exit(1)
  }
}

/// Refuses words that are not UTF-8, which `CommandLine.arguments` repairs without a word.
///
/// - Throws: `UsageError` with the position of the first.
private func checkArguments() throws(UsageError) {
  let words = UnsafeBufferPointer(
    start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
  for (position, word) in words.enumerated() {
    if let word, String(validatingCString: word) == nil {
      throw UsageError("argument \(position) is not UTF-8")
    }
  }
}

/// Lines on standard error.
enum Diagnostics {
  /// Whether standard error is a terminal.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Prints a line, with what would break it up or command a terminal escaped.
  static func print(_ line: String) {
    let safe = line.unicodeScalars.reduce(into: "") { text, scalar in
      let isControl = scalar.properties.generalCategory == .control
      text += isControl ? Label.escaped(scalar) : String(scalar)
    }
    write(safe + "\n")
  }

  /// Writes a text; there is nowhere to report that this fails.
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return
      }
    }
  }
}
