/// The options of mm-gpt that say where a run is kept, and whether it is one that was begun before.
public struct CheckpointOptions {
  private let checkpoint, resume, continuation: Option<String?>
  private let interval: Option<Int>

  /// Declares them.
  public init(of tool: Tool) {
    checkpoint = tool.option(
      "checkpoint", "FILE", String.self, help: "file to keep the run in, replaced as a whole")
    interval = tool.option(
      "checkpoint-every", "N", default: 500, in: .atLeast(1),
      help: "steps between two checkpoints")
    resume = tool.option(
      "resume", "FILE", String.self, help: "resume the run of a checkpoint, and keep it there")
    continuation = tool.option(
      "continue", "FILE", String.self,
      help: "--checkpoint FILE, and once FILE is there, resume it with the same options")
  }

  /// The steps between two checkpoints.
  public func every() -> Int { interval() }

  /// The file to keep the run in.
  public func file() -> String? { checkpoint() ?? resume() ?? continuation() }

  /// Where the run begins.
  ///
  /// - Throws: `UsageError` when the options contradict one another, `DataError` when it cannot be seen
  ///   whether there is a run to continue.
  public func start() throws -> RunStart {
    for (name, path) in [("resume", resume()), ("continue", continuation())] where path == "-" {
      throw UsageError("--\(name) replaces its file, which standard input is not")
    }
    if let path = continuation() {
      for (name, other) in [("checkpoint", checkpoint), ("resume", resume)] where other.isGiven {
        throw UsageError("--continue and --\(name) exclude each other")
      }
      if access(path, F_OK) == 0 { return .continued(path) }
      // A file that cannot be looked at may be there, and must not be replaced.
      guard errno == ENOENT else { throw DataError(errno: errno, at: path) }
      return .new
    }
    return resume().map { .resumed($0) } ?? .new
  }
}

/// Where a run begins.
public enum RunStart: Equatable {
  /// At step 0.
  case new

  /// Where a checkpoint stands, with the options of its record.
  case resumed(String)

  /// Where a checkpoint stands, with options that must be those of its record.
  case continued(String)

  /// The checkpoint.
  public var path: String? {
    switch self {
    case .new: nil
    case .resumed(let path), .continued(let path): path
    }
  }
}
