/// The options of a tool that say how its text is read.
public struct TextOptions {
  private let tool: Tool
  private let weighted: Option<Bool>?
  private let skipInvalid: Option<Bool>
  private let null: Option<Bool>

  /// Declares `--weighted`, `--skip-invalid` and `--null`.
  ///
  /// - Parameters:
  ///   - takesWeights: Whether the tool has `--weighted`.
  ///   - nullHelp: What `--null` does.
  public init(
    of tool: Tool, takesWeights: Bool = false,
    null nullHelp: String = "items end with NUL, not with a newline"
  ) {
    self.tool = tool
    weighted =
      takesWeights
      ? tool.flag(
        "weighted", help: "lines are ITEM, a tab and how often ITEM counts, cut at the last tab")
      : nil
    skipInvalid = tool.flag(
      "skip-invalid", help: "leave out lines that are not UTF-8, and say at the end how many")
    null = tool.nullOption(nullHelp)
  }

  /// All of them.
  public var all: [any GivenOption] { (weighted.map { [$0] } ?? []) + [skipInvalid, null] }

  /// Whether lines say how often they count.
  var isWeighted: Bool { weighted?() ?? false }

  /// Whether items end with NUL instead of a newline, in and out.
  var isNullSeparated: Bool { null() }

  /// The text of a tool's operands.
  public func input(_ operands: [String]) -> TextInput {
    var input = TextInput(
      operands, isNullSeparated: null(), skipsInvalid: skipInvalid(),
      isWeighted: isWeighted)
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
