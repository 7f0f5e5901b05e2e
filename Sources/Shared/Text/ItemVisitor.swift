/// What receives the characters of items as they are read.
protocol ItemVisitor {
  /// The characters that `visit` takes, where it refuses others; `nil` where it takes all.
  var knownCharacters: Vocabulary? { get }

  /// Says how often the next item counts; without this call, each counts once.
  ///
  /// - Parameter weight: From 0 on. An item of weight 0 comes as an empty one.
  mutating func weigh(_ weight: Int)

  /// Takes those of the bytes that the visitor can handle at once, separators included.
  ///
  /// A fast way past the other two methods for valid text. Whole characters are taken, but no
  /// carriage return, no byte order mark and, except as the separator, no NUL: only the decoder
  /// understands them.
  ///
  /// - Returns: The number of bytes taken, from the first; 0 to take none.
  mutating func take(run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int

  /// Takes the next character of the current item.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError)

  /// Ends the current item, which is empty where no character came since the last end.
  ///
  /// Lines that are left out are empty items, so that lines can be counted.
  ///
  /// - Parameter line: The number of its line in this input, from 1.
  mutating func endItem(line: Int) throws(DataError)
}

extension ItemVisitor {
  /// All characters.
  var knownCharacters: Vocabulary? { nil }

  /// Ignores it, for a visitor that reads no text with weights.
  mutating func weigh(_ weight: Int) {}

  /// Takes nothing.
  mutating func take(run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int { 0 }
}
