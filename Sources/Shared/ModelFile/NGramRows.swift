/// Reads rows `NGRAM<tab>COUNT`: the body of a list in the text form, or a file of nothing else.
public struct NGramRows {
  /// An n-gram and its count.
  struct Row {
    /// Characters; `nil` for the boundary.
    let tokens: [Unicode.Scalar?]

    /// At least 0.
    let count: Int64
  }

  let bytes: BlockReader

  /// The length that all n-grams have, once it is known.
  var order: Int?

  /// The place of the row that was read last.
  var place: String { "\(bytes.file.name):\(bytes.line - 1)" }

  /// Whether a file begins with a row: a line of text with a tab before a whole number at its end.
  ///
  /// - Throws: `DataError` when a read fails.
  static func begin(_ bytes: BlockReader) throws(DataError) -> Bool {
    // An n-gram has at most twelve tokens, each at most a backslash, u and eight more bytes.
    let start = Array(try bytes.peek(1 << 8))
    let lines = start.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let line = lines.first(where: { !$0.isEmpty && $0 != [UInt8(ascii: "\r")] }),
      line.first != UInt8(ascii: "#")
    else { return false }
    guard let tab = line.lastIndex(of: UInt8(ascii: "\t")), tab > line.startIndex else {
      return false
    }
    return line[(tab + 1)...].allSatisfy { (0x30...0x39).contains($0) || $0 == 0x0D }
  }

  /// Reads the next row; empty lines are passed over.
  ///
  /// - Returns: `nil` at the end of the file.
  /// - Throws: `DataError` with the line where it is malformed, or the file ends in its middle.
  mutating func next() throws(DataError) -> Row? {
    while true {
      if try bytes.peek(1).isEmpty { return nil }
      let line = try bytes.readLine()
      if !line.isEmpty { return try row(line) }
    }
  }

  /// Reads a row that must be there.
  private mutating func row(_ line: String) throws(DataError) -> Row {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
    if line.hasPrefix("#") { throw malformed("a line of structure among rows") }
    guard fields.count == 2 else { throw malformed("expected an n-gram, a tab and a count") }
    guard let tokens = Label.sequence(fields[0]) else {
      throw malformed("\(JSON.quoted(String(fields[0]))) is not an n-gram of labels")
    }
    guard fields[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(fields[1])
    else {
      throw malformed("\(JSON.quoted(String(fields[1]))) is not a count from 0 to 2^63 - 1")
    }
    if let order, order != tokens.count {
      throw malformed("an n-gram of \(tokens.count) tokens, expected \(order)")
    }
    order = tokens.count
    return Row(tokens: tokens, count: count)
  }

  private func malformed(_ reason: String) -> DataError { DataError(reason, at: place) }
}
