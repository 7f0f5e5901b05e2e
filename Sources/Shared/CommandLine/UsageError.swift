/// A wrong command line: one line and a pointer to `--help`, with status 2.
public struct UsageError: Error, Equatable {
  /// What is wrong, in lower case and without a full stop.
  let reason: String

  /// Creates an error.
  public init(_ reason: String) { self.reason = reason }

  /// Refuses options that another one makes no sense beside.
  ///
  /// - Parameter reason: Why, from the other's name on: `--next draws nothing`.
  /// - Throws: The error at the first of them that was given.
  public static func refuse(_ options: [any GivenOption], _ reason: String) throws(UsageError) {
    if let option = options.first(where: \.isGiven) {
      throw UsageError("\(reason): \(option.name) does not go with it")
    }
  }
}
