/// Lines on standard error that say how far a tool has come.
///
/// On a terminal each takes the place of the one before; with `--progress` they are whole lines,
/// so that a log reads well; otherwise, and with `-q`, there are none.
public struct Progress {
  private enum Style {
    case none, lines, oneLine
  }

  private let name: String
  private let style: Style
  private let isQuiet: Bool
  private var width = 0
  private var lastTime = Machine.seconds

  init(name: String, isWanted: Bool, isQuiet: Bool) {
    self.name = name
    self.isQuiet = isQuiet
    style = isQuiet ? .none : isWanted ? .lines : Diagnostics.isTerminal ? .oneLine : .none
  }

  /// Whether anyone sees it.
  var isShown: Bool { style != .none }

  /// Whether each takes the place of the one before.
  var isOneLine: Bool { style == .oneLine }

  /// Shows how far the tool has come.
  mutating func show(_ text: String) {
    switch style {
    case .none: break
    case .lines: Diagnostics.print("\(name): \(text)")
    case .oneLine:
      let padding = String(repeating: " ", count: max(0, width - text.count))
      Diagnostics.write("\r\(name): \(text)\(padding)")
      width = text.count
    }
  }

  /// Shows how far the tool has come if that was not done in the last second, which a short run is
  /// over before.
  mutating func showEachSecond(_ text: @autoclosure () -> String) {
    guard isShown, Machine.seconds >= lastTime + 1 else { return }
    show(text())
    lastTime = Machine.seconds
  }

  /// Says something other than progress, on a line that stays, with `--progress` or without; `-q`
  /// silences it.
  mutating func say(_ text: String) {
    if isQuiet { return }
    end()
    Diagnostics.print("\(name): \(text)")
  }

  /// Ends the line that a terminal shows.
  mutating func end() {
    if style == .oneLine, width > 0 { Diagnostics.write("\n") }
    width = 0
  }
}

/// The two options of a tool that shows its progress.
public struct ProgressOptions {
  private let name: String
  private let progress: Option<Bool>
  private let quiet: Option<Bool>

  /// Declares `--progress` and `--quiet`.
  public init(of tool: Tool) {
    name = tool.description.name
    progress = tool.flag(
      "progress", help: "show progress in lines, even where standard error is not a terminal")
    quiet = tool.flag("quiet", short: "q", help: "say nothing but errors")
  }

  /// Both of them.
  var all: [any GivenOption] { [progress, quiet] }

  /// What they ask for.
  public func callAsFunction() -> Progress {
    Progress(name: name, isWanted: progress(), isQuiet: quiet())
  }
}
