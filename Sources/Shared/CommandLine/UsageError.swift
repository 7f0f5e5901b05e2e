/// A wrong command line: one line and a pointer to `--help`, with status 2.
public struct UsageError: Error, Equatable {
  /// What is wrong, in lower case and without a full stop.
  public let reason: String

  /// Creates an error.
  public init(_ reason: String) { self.reason = reason }
}
