/// Turns bytes, in whatever pieces they come, into the characters of items.
///
/// One carriage return before a newline is dropped, and one byte order mark at the start of an item.
struct ItemDecoder {
  /// What ends an item, and what is left out.
  let rules: LineRules

  /// What is said of bytes that are not text.
  let refusal: TextRefusal

  /// The number of the current line, from 1.
  var line = 1

  /// The number of lines that were left out because they are not UTF-8.
  var skippedLines = 0

  /// Where the bytes that are decoded next stand in the input.
  private(set) var offset: Int

  /// Whether the current line has bytes that are not yet ended by a separator.
  var isInsideLine = false

  /// How many bytes of an unfinished line are known to hold no separator.
  var searched = 0

  /// Creates a decoder at the start of a line.
  ///
  /// - Parameter offset: Where in the input it begins.
  init(
    _ rules: LineRules = LineRules(), refusal: TextRefusal = TextRefusal(), offset: Int = 0
  ) {
    self.rules = rules
    self.refusal = refusal
    self.offset = offset
  }

  /// Decodes the next bytes.
  ///
  /// - Parameters:
  ///   - isLast: Whether the input ends with them. The end of an input ends its line.
  /// - Returns: The number of bytes decoded: all but the few that need what follows them.
  /// - Throws: `DataError` without a place at bytes that are not text, and what the visitor throws;
  ///   `line` is where.
  mutating func decode<Visitor: ItemVisitor>(
    _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, into visitor: inout Visitor
  ) throws(DataError) -> Int {
    let count =
      try rules.needsWholeLines
      ? decodeLines(bytes, isLast: isLast, into: &visitor)
      : decodeRun(bytes, isLast: isLast, into: &visitor)
    offset += count
    return count
  }

  /// Decodes bytes as far as they go.
  mutating func decodeRun<Visitor: ItemVisitor>(
    _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, into visitor: inout Visitor
  ) throws(DataError) -> Int {
    let separator = rules.separator
    var index = 0
    var counted = 0
    defer { line += Self.count(separator, in: bytes, counted..<index) }

    while index < bytes.count {
      let taken = visitor.take(
        run: UnsafeBufferPointer(rebasing: bytes[index...]), separator: separator)
      if taken > 0 {
        index += taken
        isInsideLine = bytes[index - 1] != separator
        if index == bytes.count { break }
      }
      let byte = bytes[index]
      if byte == separator {
        line += Self.count(separator, in: bytes, counted..<index)
        counted = index
        try visitor.endItem(line: line)
        isInsideLine = false
        index += 1
        continue
      }
      var length = 1
      var scalar = Unicode.Scalar(byte)
      if byte == UInt8(ascii: "\r"), separator == UInt8(ascii: "\n") {
        if index + 1 == bytes.count, !isLast { break }
        if index + 1 < bytes.count, bytes[index + 1] == separator {
          isInsideLine = true
          index += 1
          continue
        }
      } else if byte == 0 {
        let rest = UnsafeBufferPointer(rebasing: bytes[index...])
        throw refusal.null(in: rest, at: offset + index)
      } else if byte >= 0x80 {
        let rest = UnsafeBufferPointer(rebasing: bytes[index...])
        switch UTF8Sequence(rest) {
        case .scalar(let decoded, let count):
          scalar = decoded
          length = count
        case .incomplete where !isLast: return index
        case .incomplete, .invalid: throw refusal.invalid(rest)
        }
        if scalar == Self.byteOrderMark, !isInsideLine {
          isInsideLine = true
          index += length
          continue
        }
      }
      do throws(DataError) { try visitor.visit(scalar) } catch {
        // Memory that ends, say, is not about the character.
        guard let vocabulary = visitor.knownCharacters, vocabulary.token(of: scalar) == nil
        else { throw error }
        let context = CharacterContext(bytes, at: index, separator: separator)
        // What follows may be part of the character.
        if context.isOpen, !isLast { return index }
        throw context.otherForm(in: vocabulary).map { refusal.normalization($0) } ?? error
      }
      isInsideLine = true
      index += length
    }
    if isLast, isInsideLine {
      line += Self.count(separator, in: bytes, counted..<index)
      counted = index
      try visitor.endItem(line: line)
      isInsideLine = false
    }
    return index
  }

  /// U+FEFF, which some programs put at the start of a text.
  static let byteOrderMark: Unicode.Scalar = "\u{FEFF}"

  /// Counts a byte in a range of bytes.
  static func count(
    _ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> Int {
    var total = 0
    for begin in stride(from: range.lowerBound, to: range.upperBound, by: 224) {
      // In a sum of one byte the compiler compares 32 bytes at once; 224 ones fit into it.
      var sum: UInt8 = 0
      for index in begin..<min(begin + 224, range.upperBound) where bytes[index] == byte {
        sum &+= 1
      }
      total += Int(sum)
    }
    return total
  }
}
