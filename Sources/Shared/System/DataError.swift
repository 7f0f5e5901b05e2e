/// Bad data or failed input and output: what `runTool` prints on one line, with status 1.
public struct DataError: Error, Equatable, CustomStringConvertible {
  /// Where: a file (`-` is standard input), or a file and a line, as in `names.txt:17`.
  var place: String?

  /// What is wrong and what to try, in lower case and without a full stop.
  var reason: String

  /// Creates an error with its place, if it has one.
  init(_ reason: String, at place: String? = nil) {
    self.place = place
    self.reason = reason
  }

  /// Creates the error of a call of the C library that has just failed.
  ///
  /// - Parameters:
  ///   - code: The value of `errno`.
  ///   - place: The file that the call was about.
  init(errno code: Int32, at place: String) {
    self.init(String(cString: strerror(code)), at: place)
  }

  /// The place, a colon and the reason.
  public var description: String {
    place.map { "\($0): \(reason)" } ?? reason
  }

  /// The same error with a place, unless it has one.
  public func at(_ place: String) -> DataError {
    DataError(reason, at: self.place ?? place)
  }
}
