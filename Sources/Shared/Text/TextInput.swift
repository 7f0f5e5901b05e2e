// Text: bytes to lines, characters and tokens, and back. What bytes are an item and what is said of bytes
// that are not text is decided here; what a token means to a model is not.

/// Items to be read from files, one after the other: the text operands of a tool.
public struct TextInput: Sendable {
  /// The operands; `-` is standard input.
  let files: [String]

  /// How lines become items.
  let rules: LineRules

  /// What the tool was called with, for the commands that diagnostics name; `nil` where it is not
  /// known how the tool reads its text.
  var command: ToolCommand?

  /// Whether the tool has the option `--skip-invalid`.
  var canSkip = false

  /// How many lines were left out.
  let leftOut = LeftOutLines()

  /// The length of the parts into which a regular file is cut for several threads, in bytes.
  ///
  /// Large against a line and against the work of starting a part, small against a file that is
  /// worth a second thread.
  var partSize = 1 << 22

  /// Names the operands of a tool; without any it is standard input.
  ///
  /// - Parameters:
  ///   - isNullSeparated: Items end with NUL instead of a newline.
  ///   - skipsInvalid: Lines that are not UTF-8 are left out; otherwise they are an error.
  ///   - isWeighted: A tab and a number at the end of a line say how often it counts.
  init(
    _ operands: [String], isNullSeparated: Bool = false, skipsInvalid: Bool = false,
    isWeighted: Bool = false
  ) {
    files = operands.isEmpty ? ["-"] : operands
    rules = LineRules(
      isNullSeparated: isNullSeparated, skipsInvalid: skipsInvalid, isWeighted: isWeighted)
  }

  /// Whether items end with NUL instead of a newline.
  var isNullSeparated: Bool { rules.isNullSeparated }

  /// Reads all the items in order.
  ///
  /// - Parameters:
  ///   - betweenBlocks: Called before each block is read, with whether the tool has to wait for the
  ///     writer.
  /// - Throws: `DataError` with the file and, for bad text, the line; what the visitor throws.
  func read<Visitor: ItemVisitor>(
    into visitor: inout Visitor,
    betweenBlocks: (inout Visitor, Bool) throws(DataError) -> Void = { _, _ in }
  ) throws(DataError) {
    for name in files {
      try read(try InputFile(name), into: &visitor, betweenBlocks: betweenBlocks)
    }
  }

  /// Reads the items of one file in order.
  func read<Visitor: ItemVisitor>(
    _ file: InputFile, into visitor: inout Visitor,
    betweenBlocks: (inout Visitor, Bool) throws(DataError) -> Void = { _, _ in }
  ) throws(DataError) {
    let source = BlockReader(file)
    var decoder = ItemDecoder(rules, refusal: refusal(of: file))
    defer { leftOut.add(decoder.skippedLines) }
    var isText = false
    var isLast = false
    while !isLast {
      try betweenBlocks(&visitor, file.wouldWait)
      isLast = try !source.fill()
      if !isText {
        isText = try check(source, isLast: isLast)
        if !isText { continue }
      }
      do throws(DataError) {
        try source.decode(with: &decoder, isLast: isLast, into: &visitor)
      } catch {
        throw error.at("\(file.name):\(decoder.line)")
      }
    }
  }

  /// What is said of a file that is not text.
  func refusal(of file: InputFile) -> TextRefusal {
    TextRefusal(
      file: file.name, files: files, command: command, canSkip: canSkip,
      isNullSeparated: isNullSeparated)
  }

  /// Refuses a file whose first bytes show that it is not text.
  ///
  /// - Parameter isLast: Whether the file ends with what was read.
  /// - Returns: Whether it is text, as far as its first bytes say; they may be too few.
  /// - Throws: `DataError` that names the command that was meant.
  func check(_ source: BlockReader, isLast: Bool) throws(DataError) -> Bool {
    var verdict = TextHead.Verdict.text
    try source.take { (bytes) throws(DataError) in
      verdict = TextHead.verdict(of: bytes, separator: rules.separator, isLast: isLast)
      return 0
    }
    switch verdict {
    case .text: return true
    case .undecided: return false
    case .refused(let head):
      var kind: String?
      if head == .model {
        let extent = try TextHead.extentOfKind(source.peek(TextHead.safetensors)[...])
        kind = try TextHead.kind(of: source.peek(extent)[...])
      }
      throw refusal(of: source.file).head(head, kind: kind).at("\(source.file.name):1")
    }
  }
}

extension BlockReader {
  /// Decodes what was read, and keeps what needs the bytes that follow it.
  ///
  /// - Throws: `DataError` of the decoder or the visitor.
  func decode<Visitor: ItemVisitor>(
    with decoder: inout ItemDecoder, isLast: Bool, into visitor: inout Visitor
  ) throws(DataError) {
    try take { (bytes) throws(DataError) in
      try decoder.decode(bytes, isLast: isLast, into: &visitor)
    }
  }
}
