/// Writes items of tokens as lines of text.
struct ItemWriter {
  private let output: OutputFile
  private let separator: UInt8
  private let characters: [[UInt8]]

  /// Creates a writer of items over a vocabulary.
  ///
  /// - Parameter isNullSeparated: Items end with NUL instead of a newline.
  init(_ output: OutputFile, _ vocabulary: Vocabulary, isNullSeparated: Bool) {
    self.output = output
    separator = isNullSeparated ? 0 : UInt8(ascii: "\n")
    characters = [[]] + vocabulary.scalars.map { Array(String($0).utf8) }
  }

  /// Writes an item and what ends it.
  ///
  /// - Throws: `DataError` when a write fails.
  func write(_ tokens: some Sequence<some BinaryInteger>) throws(DataError) {
    for token in tokens { try output.write(characters[Int(token)]) }
    try output.write(byte: separator)
  }

  /// Hands what is written to the reader.
  ///
  /// - Throws: `DataError` when a write fails.
  func flush() throws(DataError) { try output.flush() }
}
