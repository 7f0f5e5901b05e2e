// Lines that are taken as a whole or not at all.
extension ItemDecoder {
  /// Decodes the lines that are complete.
  ///
  /// - Returns: The number of bytes up to the line that is not.
  mutating func decodeLines<Visitor: ItemVisitor>(
    _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, into visitor: inout Visitor
  ) throws(DataError) -> Int {
    var start = 0
    while start < bytes.count {
      let found = bytes.place(of: rules.separator, from: start + searched)
      guard let end = found ?? (isLast ? bytes.count : nil) else {
        searched = bytes.count - start
        break
      }
      searched = 0
      if let null = rules.isNullSeparated ? nil : bytes.place(of: 0, from: start, to: end) {
        let rest = UnsafeBufferPointer(rebasing: bytes[null...])
        throw refusal.null(in: rest, at: offset + null)
      }
      let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
      try decodeLine(line, isEnded: found != nil, into: &visitor)
      if found != nil { self.line += 1 }
      start = min(end + 1, bytes.count)
    }
    return start
  }

  /// Decodes a line without what ends it.
  ///
  /// - Parameter isEnded: Whether there is something that ends it.
  private mutating func decodeLine<Visitor: ItemVisitor>(
    _ line: UnsafeBufferPointer<UInt8>, isEnded: Bool, into visitor: inout Visitor
  ) throws(DataError) {
    var item = line[...]
    if let bad = line.placeOfInvalidUTF8 {
      guard rules.skipsInvalid else {
        throw refusal.invalid(UnsafeBufferPointer(rebasing: line[bad...]))
      }
      skippedLines += 1
      item = line[..<0]
    }
    if item.starts(with: String(Self.byteOrderMark).utf8) { item = item.dropFirst(3) }
    if isEnded, !rules.isNullSeparated, item.last == UInt8(ascii: "\r") { item = item.dropLast() }
    if rules.isWeighted, !item.isEmpty {
      let (text, weight) = try LineWeight.cut(item)
      visitor.weigh(weight)
      item = weight == 0 ? line[..<0] : text
    }
    // What ends the item, an empty one too, and keeps a second byte order mark.
    isInsideLine = true
    _ = try decodeRun(UnsafeBufferPointer(rebasing: item), isLast: true, into: &visitor)
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The place of the first byte that is not UTF-8; `nil` where all are.
  var placeOfInvalidUTF8: Int? {
    var index = 0
    while index < count {
      if self[index] < 0x80 {
        index += 1
      } else if case .scalar(_, let length) = UTF8Sequence(
        UnsafeBufferPointer(rebasing: self[index...]))
      {
        index += length
      } else {
        return index
      }
    }
    return nil
  }
}
