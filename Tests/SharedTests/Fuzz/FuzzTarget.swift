@testable import Shared

/// What the fuzzer searches: readers of bytes from outside, and what must hold whatever the bytes are.
///
/// `scripts/fuzz` looks for bytes that break something; `FuzzCorpusTests` gives a target those that are
/// kept in Tests/Fuzz/corpus.
enum FuzzTarget: String, CaseIterable {
  /// Models in safetensors.
  case binary

  /// Models in the text form, and rows without a header.
  case labelled

  /// Lines of text.
  case text

  /// Counts, smoothed and written for other programs.
  case arpa

  /// The command line.
  case options

  /// The JSON of `mm.config` and of `mm.training`.
  case json

  /// Takes bytes for what a file or a command line holds.
  ///
  /// - Throws: `FuzzFailure` where something does not hold. Bad data are refused in silence.
  func run(_ bytes: [UInt8], in folder: FuzzFolder) throws {
    switch self {
    case .binary, .labelled: try FuzzModels(folder: folder).run(bytes)
    case .text: try FuzzText(folder: folder).run(bytes)
    case .arpa: try FuzzARPA(folder: folder).run(bytes)
    case .options: try FuzzOptions.run(bytes)
    case .json: try FuzzJSON.run(bytes)
    }
  }
}

/// Something that does not hold, in words.
struct FuzzFailure: Error, CustomStringConvertible {
  let description: String

  /// Fails unless something holds.
  static func unless(_ holds: Bool, _ description: @autoclosure () -> String) throws {
    if !holds { throw FuzzFailure(description: description()) }
  }
}

/// The files that a target reads and writes.
struct FuzzFolder {
  /// The path of the file that is read.
  let input: String

  /// The path of the file that is written.
  let output: String

  /// Puts bytes into the file that is read.
  ///
  /// - Returns: Its path.
  func file(_ bytes: [UInt8]) throws -> String {
    let file = try OutputFile(creating: input)
    try bytes.withUnsafeBytes { try file.write(bytes: $0) }
    try file.close()
    return input
  }

  /// What some work writes.
  func written(_ work: (OutputFile) throws -> Void) throws -> [UInt8] {
    let file = try OutputFile(creating: output)
    try work(file)
    try file.close()
    var bytes: [UInt8] = []
    let reader = BlockReader(try InputFile(output))
    while try reader.fill() {
      try reader.take { (block) throws(DataError) in
        bytes += block
        return block.count
      }
    }
    return bytes
  }

  /// What some work makes of bad data, or of a wrong command line: nothing.
  static func accepted<Result>(_ work: () throws -> Result) throws -> Result? {
    do { return try work() } catch is DataError { return nil } catch is UsageError { return nil }
  }
}
