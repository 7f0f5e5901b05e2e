import Foundation
@_exported import TestSupport
import Testing

/// What a tool did: its output, its diagnostics and how it ended.
struct Run {
  /// The bytes of standard output.
  let output: [UInt8]

  /// Standard error.
  let errors: String

  /// The exit status; `nil` where a signal ended the tool.
  let status: Int32?

  /// The signal that ended the tool, if one did.
  let signal: Int32?

  /// Standard output as text.
  var text: String { String(decoding: output, as: UTF8.self) }
}

/// The built tools beside the test bundle.
enum Runner {
  /// The folder of this build's products.
  static var products: URL {
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
    return Bundle.main.bundleURL
  }

  /// The most that a pipe takes before anyone reads it, on Linux and on macOS.
  static let pipeCapacity = 1 << 14

  /// Runs a tool of this build inside real pipes.
  ///
  /// The input waits in its pipe before the tool begins, so that one which reads nothing cannot
  /// break it; standard error, a few lines, waits until standard output has ended.
  ///
  /// - Precondition: The input fits into a pipe.
  static func run(
    _ tool: String, _ arguments: [String] = [], input: some Sequence<UInt8> = []
  ) throws -> Run {
    let input = Data(input)
    precondition(input.count <= pipeCapacity, "the input does not fit into a pipe")
    let pipes = (input: Pipe(), output: Pipe(), errors: Pipe())
    try pipes.input.fileHandleForWriting.write(contentsOf: input)
    try pipes.input.fileHandleForWriting.close()

    let process = Process()
    process.executableURL = products.appendingPathComponent(tool)
    process.arguments = arguments
    process.standardInput = pipes.input
    process.standardOutput = pipes.output
    process.standardError = pipes.errors
    try process.run()
    let output = try pipes.output.fileHandleForReading.readToEnd() ?? Data()
    let errors = try pipes.errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let hasExited = process.terminationReason == .exit
    return Run(
      output: Array(output), errors: String(decoding: errors, as: UTF8.self),
      status: hasExited ? process.terminationStatus : nil,
      signal: hasExited ? nil : process.terminationStatus)
  }

  /// Runs a tool with a text as its input.
  static func run(_ tool: String, _ arguments: [String] = [], text: String) throws -> Run {
    try run(tool, arguments, input: text.utf8)
  }

  /// Runs a tool that must succeed in silence, and hands on its output.
  static func output(
    of tool: String, _ arguments: [String] = [], input: some Sequence<UInt8> = []
  ) throws -> [UInt8] {
    let run = try run(tool, arguments, input: input)
    guard run.status == 0, run.errors.isEmpty else { throw Failure(tool: tool, run: run) }
    return run.output
  }

  /// A tool failed where it must not.
  struct Failure: Error {
    let tool: String
    let run: Run
  }
}

/// A wrong command line and what the tool says of it.
struct Misuse: CustomTestStringConvertible, Sendable {
  let arguments: [String]
  let reason: String

  init(_ arguments: String..., reason: String) {
    self.arguments = arguments
    self.reason = reason
  }

  var testDescription: String { arguments.joined(separator: " ") }
}

/// The small models of the tests.
enum Fixture {
  /// What `mm-count --text` makes of the word `bob`: the table of the interface.
  static let bob = """
    #mm\t1\tcounts
    #tensor\tcounts\tI64\t3\t3
    #\t.\tb\to
    .\t0\t1\t0
    b\t1\t0\t1
    o\t0\t1\t0

    """

  /// The same in binary.
  static func binaryBob() throws -> [UInt8] {
    try Runner.output(of: "mm-count", input: "bob\n".utf8)
  }

  /// Logits over the same vocabulary.
  static let logits = """
    #mm\t1\tbigram
    #tensor\tweight\tF32\t3\t3
    #\t.\tb\to
    .\t0\t0.5\t-1
    b\t0.1\t1e-40\t-0
    o\t3.4e+38\t0\t0

    """
}
