/// Items to be read from files, one after the other: the text operands of a tool.
public struct TextInput: Sendable {
  /// The operands; `-` is standard input.
  public let files: [String]

  /// Whether items end with NUL instead of a newline.
  public let isNullSeparated: Bool

  /// The length of the parts into which a regular file is cut for several threads, in bytes.
  ///
  /// Large against a line and against the work of starting a part, small against a file that is
  /// worth a second thread.
  var partSize = 1 << 22

  /// Names the operands of a tool; without any it is standard input.
  public init(_ operands: [String], isNullSeparated: Bool = false) {
    files = operands.isEmpty ? ["-"] : operands
    self.isNullSeparated = isNullSeparated
  }

  /// Reads all the items in order.
  ///
  /// - Parameters:
  ///   - beforeWaiting: Called before a read that has to wait for whoever writes.
  /// - Throws: `DataError` with the file and, for bad text, the line; what the visitor throws.
  func read<Visitor: ItemVisitor>(
    into visitor: inout Visitor,
    beforeWaiting: (inout Visitor) throws(DataError) -> Void = { _ in }
  ) throws(DataError) {
    for name in files {
      try read(try InputFile(name), into: &visitor, beforeWaiting: beforeWaiting)
    }
  }

  /// Reads the items of one file in order.
  func read<Visitor: ItemVisitor>(
    _ file: InputFile, into visitor: inout Visitor,
    beforeWaiting: (inout Visitor) throws(DataError) -> Void = { _ in }
  ) throws(DataError) {
    let source = BlockReader(file)
    var decoder = ItemDecoder(isNullSeparated: isNullSeparated)
    var isLast = false
    while !isLast {
      if file.wouldWait { try beforeWaiting(&visitor) }
      isLast = try !source.fill()
      do throws(DataError) {
        try source.decode(with: &decoder, isLast: isLast, into: &visitor)
      } catch {
        throw error.at("\(file.name):\(decoder.line)")
      }
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
