/// Reads the models of a file one after the other, each in the form that it is in.
public struct ModelReader {
  private let bytes: BlockReader
  private var isFirst = true

  /// Reads from the start of a file or of standard input.
  init(_ file: InputFile) {
    bytes = BlockReader(file)
  }

  /// Reads the one model of a file.
  ///
  /// - Throws: `DataError` when there is none, more than one, or one that is malformed.
  static func model(in operand: String) throws(DataError) -> ModelFile {
    var reader = ModelReader(try InputFile(operand))
    return try reader.only()
  }

  /// Reads the one model that the file holds.
  ///
  /// - Throws: `DataError` when there is none, more than one, or one that is malformed.
  mutating func only() throws(DataError) -> ModelFile {
    guard let model = try next() else { throw empty }
    try finish()
    return model
  }

  /// Checks that no other model follows.
  ///
  /// - Throws: `DataError` when one does, or what follows is none.
  mutating func finish() throws(DataError) {
    if try next() != nil {
      throw DataError("holds several models where one is wanted", at: bytes.file.name)
    }
  }

  /// Reads the next model.
  ///
  /// - Returns: `nil` at the end of the file, unless nothing came before it.
  /// - Throws: `DataError` when the file is empty or a model is malformed.
  mutating func next() throws(DataError) -> ModelFile? {
    if isFirst { try skipMark() }
    if try bytes.isFinished() {
      if isFirst { throw empty }
      return nil
    }
    defer { isFirst = false }
    if try bytes.starts(with: TextForm.magic) {
      return try TextFormReader(bytes: bytes).read()
    }
    do throws(DataError) { return try readBinary() } catch { throw error.at(bytes.file.name) }
  }

  /// The error of a file that holds nothing.
  var empty: DataError {
    DataError("is empty where a model is wanted", at: bytes.file.name)
  }

  /// The rows of a file that holds nothing else, instead of a model.
  ///
  /// - Returns: `nil` where the file begins with something else.
  /// - Throws: `DataError` when a read fails.
  func rows() throws(DataError) -> NGramRows? {
    guard isFirst else { return nil }
    try skipMark()
    return try NGramRows.begin(bytes) ? NGramRows(bytes) : nil
  }

  /// Whether the file holds nothing, or nothing more.
  ///
  /// - Throws: `DataError` when a read fails.
  func isAtEnd() throws(DataError) -> Bool { try bytes.isFinished() }

  /// Passes over the byte order mark that some editors put before a text.
  private func skipMark() throws(DataError) {
    let start = try bytes.peek(4)
    // The length of a header may begin with the same three bytes, but the fourth is then at most 5.
    if start.starts(with: "\u{FEFF}".utf8), start.last ?? 0 > 5 { try bytes.skip(3) }
  }

  private func readBinary() throws(DataError) -> ModelFile {
    let start = try bytes.peek(9)
    let length = start.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let isHeader = start.count == 9 && start[8] == UInt8(ascii: "{")
    let noModel =
      isFirst
      ? "is not a model, neither safetensors nor '#mm' text; mm-count makes one of text"
      : "bytes after a model that begin no other"
    if start.count >= 8, length > SafeTensorsReader.maximumHeader {
      let tooLong = "a header of \(length) bytes, more than \(SafeTensorsReader.maximumHeader)"
      throw DataError(isHeader ? tooLong : noModel)
    }
    if start.count < 8 {
      // The fourth byte of a length that is allowed is at most 5.
      let isText = start.count >= 4 && start[3] > 5 && !TextForm.magic.utf8.elementsEqual(start)
      if isFirst, isText { throw DataError(noModel) }
      let cut = "truncated: a model has more than \(start.count) bytes"
      throw DataError(isFirst ? cut : "truncated, or bytes after a model that begin no other")
    }
    if !isFirst, start.count == 9, !isHeader {
      throw DataError(noModel)
    }
    return try SafeTensorsReader.read(bytes, length: Int(length))
  }
}
