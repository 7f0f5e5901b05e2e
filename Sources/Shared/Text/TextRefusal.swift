/// What is said of bytes that are not text, with the commands that turn them into text.
///
///     invalid UTF-8 at byte 0xED; find such lines: LC_ALL=C.UTF-8 grep -naxv '.*' list; ...
///
/// Each command stands after its purpose and a colon, for this file and this command line, quoted as a
/// shell wants it.
struct TextRefusal: Sendable {
  /// The operand that named the text; `-` for standard input.
  var file = "-"

  /// All the operands that name text.
  var files = ["-"]

  /// What the tool was called with, if it says.
  var command: ToolCommand?

  /// Whether the tool has the option `--skip-invalid`.
  var canSkip = false

  /// Whether items end with NUL.
  var isNullSeparated = false

  /// The error at bytes that are not UTF-8.
  ///
  /// - Parameter bytes: From the first of them.
  func invalid(_ bytes: UnsafeBufferPointer<UInt8>) -> DataError {
    var reason = "invalid UTF-8 at byte 0x\(Self.hexadecimal(bytes[0]))"
    if bytes.count > 1, [[0xFF, 0xFE], [0xFE, 0xFF]].contains(bytes.prefix(2).map { $0 }) {
      reason += ", where UTF-16 seems to begin"
    }
    let grep = "LC_ALL=C.UTF-8 grep -\(isNullSeparated ? "z" : "")naxv '.*'"
    reason += "; find such lines: \(converting(grep))"
    reason += "; convert Latin-1: \(piping("iconv -f latin1 -t UTF-8"))"
    if canSkip, let command { reason += "; leave them out: \(command.adding("--skip-invalid"))" }
    return DataError(reason)
  }

  /// The error at a NUL byte in lines of text.
  ///
  /// - Parameters:
  ///   - bytes: Some, the first NUL among them.
  ///   - offset: Where they begin in the input.
  func null(in bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> DataError {
    // Of ASCII in UTF-16, every other byte is NUL.
    var counts = [0, 0]
    for (index, byte) in bytes.prefix(1 << 12).enumerated() where byte == 0 {
      counts[(offset + index) & 1] += 1
    }
    let form = counts[0] > counts[1] ? "UTF-16BE" : "UTF-16LE"
    var reason = "a NUL byte, as UTF-16 has them"
    reason += "; convert UTF-16: \(piping("iconv -f \(form) -t UTF-8"))"
    reason += "; read items that end with NUL: \(command?.adding("-z") ?? "-z")"
    return DataError(reason)
  }

  /// The error at an input whose first bytes show that it is not text.
  ///
  /// - Parameter kind: That of a model.
  func head(_ head: TextHead, kind: String? = nil) -> DataError {
    switch head {
    case .compressed(let program, let decompressor):
      DataError("is compressed with \(program); decompress it: \(piping(decompressor))")
    case .utf16(let mark):
      DataError(
        "is UTF-16, as \(mark) at the start shows; convert it: \(piping("iconv -f UTF-16 -t UTF-8"))"
      )
    case .model: model(kind)
    }
  }

  /// The error at text in another canonical form than the model's.
  ///
  /// - Parameter form: The model's.
  func normalization(_ form: CharacterContext.OtherForm) -> DataError {
    DataError("\(form.description); convert it: \(piping("uconv -x \(form.name)"))")
  }

  private func model(_ kind: String?) -> DataError {
    let what = "is a model\(kind.map { " of kind \($0)" } ?? "") where text is wanted"
    switch kind {
    case "counts":
      let isCounting = command?.isOf("mm-count") == true && files != ["-"]
      let merge =
        isCounting
        ? (["mm-count --merge"] + files.map(ShellWord.operand)).joined(separator: " ")
        : converting("mm-count --merge")
      return DataError("\(what); add up counts: \(merge)")
    case "losses": return DataError("\(what); add up losses: \(converting("mm-loss --merge"))")
    default: return DataError("\(what); draw text from it: \(converting("mm-sample"))")
    }
  }

  /// A command that reads the file.
  private func converting(_ command: String) -> String {
    file == "-" ? command : "\(command) \(ShellWord.file(file))"
  }

  /// The tool, reading what a command makes of the file.
  private func piping(_ converter: String) -> String {
    let producer = converting(converter)
    return command?.reading(producer, insteadOf: file, isOnly: files.count == 1) ?? producer
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
