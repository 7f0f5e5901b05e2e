/// The options of a tool that say how its text is read.
public struct TextOptions {
  private let tool: Tool
  private let skipInvalid: Option<Bool>
  private let null: Option<Bool>

  /// Declares `--skip-invalid` and `--null`.
  ///
  /// - Parameter nullHelp: What `--null` does.
  public init(of tool: Tool, null nullHelp: String = "items end with NUL, not with a newline") {
    self.tool = tool
    skipInvalid = tool.flag(
      "skip-invalid", help: "leave out lines that are not UTF-8, and say at the end how many")
    null = tool.nullOption(nullHelp)
  }

  /// The names of those that were given.
  public var given: [String] {
    [("--skip-invalid", skipInvalid()), ("-z", null())].filter(\.1).map(\.0)
  }

  /// Whether items end with NUL instead of a newline, in and out.
  public var isNullSeparated: Bool { null() }

  /// The text of a tool's operands.
  public func input(_ operands: [String]) -> TextInput {
    var input = TextInput(operands, isNullSeparated: null(), skipsInvalid: skipInvalid())
    input.command = tool.command
    input.canSkip = true
    return input
  }
}

extension Tool {
  /// The command line, for the commands that diagnostics name.
  var command: ToolCommand { ToolCommand(description.name, words) }

  /// Says something at the end that is not an error, on a line on standard error.
  public func say(_ text: String?) {
    if let text { Diagnostics.print("\(description.name): \(text)") }
  }
}
