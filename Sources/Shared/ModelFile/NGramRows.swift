/// Reads rows `NGRAM<tab>COUNT`, one at a time: the body of a list in the text form, or a file of
/// nothing else.
///
///     while try rows.next() { add(rows.count, to: rows.ngram) }
///
/// Rows alone come in any order, the same n-gram any number of times, with counts of zero and with
/// empty lines between them: what `sort`, a shuffle between machines or another system makes of rows
/// is still a model. What n-grams a text can have, and what their counts add up to, is not known here.
struct NGramRows {
  /// The n-gram that was read last: its characters, and `nil` for the boundary.
  private(set) var ngram: [Unicode.Scalar?] = []

  /// The count of the n-gram that was read last, at least 0.
  private(set) var count: Int64 = 0

  /// The length that all n-grams have, once it is known.
  private(set) var order: Int?

  private let bytes: BlockReader

  /// Reads rows from where a file is.
  ///
  /// - Parameter order: The length of the n-grams, or `nil` for that of the first row.
  init(_ bytes: BlockReader, order: Int? = nil) {
    self.bytes = bytes
    self.order = order
  }

  /// The place of the row that was read last.
  var place: String { "\(bytes.file.name):\(bytes.line - 1)" }

  /// Whether a file begins with a row: a line of text with a tab before a whole number at its end.
  ///
  /// - Throws: `DataError` when a read fails.
  static func begin(_ bytes: BlockReader) throws(DataError) -> Bool {
    // An n-gram has at most twelve tokens, each at most a backslash, u and eight more bytes.
    let start = try bytes.peek(1 << 8).drop { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    var line = start.prefix { $0 != UInt8(ascii: "\n") }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    // A binary model has zeros in the length of its header.
    guard line.first != UInt8(ascii: "#"), !line.contains(0),
      let tab = line.firstIndex(of: UInt8(ascii: "\t")), tab > line.startIndex
    else { return false }
    return line[(tab + 1)...].allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Reads the next row; empty lines are passed over.
  ///
  /// - Returns: Whether there was one before the end of the file.
  /// - Throws: `DataError` with the line where it is malformed or of another length than those before
  ///   it, or the file ends in its middle.
  mutating func next() throws(DataError) -> Bool {
    ngram.removeAll(keepingCapacity: true)
    while try !bytes.isFinished() {
      let isEmpty = try bytes.takeLine { (line) throws(DataError) in
        if line.isEmpty { return true }
        try parse(line)
        return false
      }
      if !isEmpty { return true }
    }
    return false
  }

  private mutating func parse(_ line: UnsafeBufferPointer<UInt8>) throws(DataError) {
    if line[0] == UInt8(ascii: "#") { throw DataError("a line that begins with '#' among rows") }
    let digits = try parseNGram(line)
    count = try Self.count(UnsafeBufferPointer(rebasing: line[digits...]))
    let length = ngram.count
    if let order, order != length {
      throw DataError("an n-gram of \(length) tokens, expected \(order)")
    }
    order = length
  }

  /// Reads labels up to the tab.
  ///
  /// - Returns: The index after the tab.
  private mutating func parseNGram(
    _ line: UnsafeBufferPointer<UInt8>
  ) throws(DataError) -> Int {
    var index = 0
    while index < line.count {
      switch line[index] {
      case UInt8(ascii: "\t"): return index + 1
      case UInt8(ascii: "."):
        ngram.append(nil)
        index += 1
      case UInt8(ascii: "\\"):
        let (scalar, length) = try Self.escape(line[index...])
        ngram.append(scalar)
        index += length
      case ..<0x80:
        ngram.append(Unicode.Scalar(line[index]))
        index += 1
      default:
        guard
          case .scalar(let scalar, let length) = UTF8Sequence(
            UnsafeBufferPointer(rebasing: line[index...]))
        else { throw DataError("invalid UTF-8") }
        ngram.append(scalar)
        index += length
      }
    }
    throw DataError("expected an n-gram, a tab and a count")
  }

  /// Reads a label that begins with a backslash.
  private static func escape(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>
  ) throws(DataError) -> (scalar: Unicode.Scalar, length: Int) {
    var label = bytes.prefix(2)
    if let letter = label.dropFirst().first {
      if let scalar = Label.character(named: letter) { return (scalar, 2) }
      // As long as the longest label, `\u{10FFFF}`, at most.
      if letter == UInt8(ascii: "u") { label = bytes.prefix(10) }
    }
    if let end = label.firstIndex(of: UInt8(ascii: "}")) { label = label[...end] }
    let text = String(decoding: label, as: UTF8.self)
    guard let character = Label.unescaped(text)?.unicodeScalars, character.count == 1 else {
      throw DataError("\(JSON.quoted(text)) is not the label of a character")
    }
    return (character[character.startIndex], label.count)
  }

  private static func count(_ digits: UnsafeBufferPointer<UInt8>) throws(DataError) -> Int64 {
    var value: Int64 = 0
    var fits = !digits.isEmpty
    for digit in digits where fits {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int64(digit) - 0x30)
      fits = (0x30...0x39).contains(digit) && !overflow && !carry
      value = sum
    }
    if fits { return value }
    let text = String(decoding: digits.prefix(40), as: UTF8.self)
    throw DataError("\(JSON.quoted(text)) is not a count from 0 to 2^63 - 1")
  }
}
