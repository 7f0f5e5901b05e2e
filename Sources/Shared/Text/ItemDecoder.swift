/// What receives the characters of items as they are read.
protocol ItemVisitor {
  /// Takes as many of the bytes as the visitor can handle at once, separators included.
  ///
  /// A fast way past the other two methods for valid text. Whole characters are taken, but no
  /// carriage returns, which only the decoder understands.
  ///
  /// - Returns: The number of bytes taken, from the first; 0 to take none.
  mutating func take(run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int

  /// Takes the next character of the current item.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError)

  /// Ends the current item, which is empty where no character came since the last end.
  ///
  /// - Parameter line: The number of its line in this input, from 1.
  mutating func endItem(line: Int) throws(DataError)
}

extension ItemVisitor {
  /// Takes nothing.
  mutating func take(run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int { 0 }
}

/// Turns bytes, in whatever pieces they come, into the characters of items.
///
/// One carriage return before a newline is dropped.
struct ItemDecoder {
  /// What ends an item: a newline, or NUL.
  let separator: UInt8

  /// The number of the current line, from 1.
  private(set) var line = 1

  /// Whether the current line has bytes that are not yet ended by a separator.
  private var isInsideLine = false

  /// Creates a decoder at the start of an input.
  ///
  /// - Parameter isNullSeparated: Items end with NUL instead of a newline, and may hold newlines.
  init(isNullSeparated: Bool = false) {
    separator = isNullSeparated ? 0 : UInt8(ascii: "\n")
  }

  /// Decodes the next bytes.
  ///
  /// - Parameters:
  ///   - isLast: Whether the input ends with them. The end of an input ends its line.
  /// - Returns: The number of bytes decoded: all but the few that need what follows them.
  /// - Throws: `DataError` without a place at bytes that are no UTF-8, and what the visitor throws;
  ///   `line` is where.
  mutating func decode<Visitor: ItemVisitor>(
    _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, into visitor: inout Visitor
  ) throws(DataError) -> Int {
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
      } else if byte >= 0x80 {
        switch UTF8Sequence(UnsafeBufferPointer(rebasing: bytes[index...])) {
        case .scalar(let decoded, let count):
          scalar = decoded
          length = count
        case .incomplete where !isLast: return index
        case .incomplete, .invalid:
          let hexadecimal = String(byte, radix: 16, uppercase: true)
          throw DataError("invalid UTF-8 at byte 0x\(hexadecimal); convert the text, as with iconv")
        }
      }
      try visitor.visit(scalar)
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
