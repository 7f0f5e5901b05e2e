import Foundation
@_exported import TestSupport

@testable import Shared

/// The bad data that some work meets, or `nil` where it meets none.
func dataError(_ work: () throws -> Void) throws -> DataError? {
  do {
    try work()
    return nil
  } catch let error as DataError { return error }
}

/// The wrong command line that some work meets, or `nil` where it meets none.
func usageError(_ work: () throws -> Void) throws -> String? {
  do {
    try work()
    return nil
  } catch let error as UsageError { return error.reason }
}

/// Reads all the models of a file.
func readModels(in path: String) throws -> [ModelFile] {
  var reader = ModelReader(try InputFile(path))
  var models: [ModelFile] = []
  while let model = try reader.next() { models.append(model) }
  return models
}

extension TemporaryFolder {
  /// What some work writes.
  func written(_ work: (OutputFile) throws -> Void) throws -> [UInt8] {
    let path = path("written")
    try? FileManager.default.removeItem(atPath: path)
    let output = try OutputFile(creating: path)
    try work(output)
    try output.close()
    return Array(try Data(contentsOf: URL(filePath: path)))
  }

  /// The bytes of a model.
  func bytes(of model: ModelFile, _ form: ModelForm) throws -> [UInt8] {
    try written { try model.write(to: $0, as: form) }
  }

  /// The models that some bytes hold.
  func models(_ bytes: some Sequence<UInt8>) throws -> [ModelFile] {
    try readModels(in: file("models", bytes))
  }

  /// The one model that some text holds.
  func model(_ text: String) throws -> ModelFile {
    try ModelReader.model(in: file("models", text.utf8))
  }

  /// What a reader of models says of bad bytes; the file is called `-` in it.
  func refusal(_ bytes: some Sequence<UInt8>) throws -> String? {
    let bytes = Array(bytes)
    var path = path("models")
    let read = { (name: String) in
      path = name
      return try dataError { _ = try readModels(in: name) }
    }
    // A pipe, where it holds the bytes: many files are slow on some file systems.
    let error =
      bytes.count <= PipedBytes.capacity
      ? try PipedBytes.read(atOnce: bytes, read) : try read(file("models", bytes))
    return error?.description.replacingOccurrences(of: path, with: "-")
  }

  /// What the counter of n-grams makes of a text, as a model in the text form.
  func counts(
    _ text: some Sequence<UInt8>, order: Int = 2, isNullSeparated: Bool = false
  ) throws -> String {
    let input = TextInput([try file("text", text)], isNullSeparated: isNullSeparated)
    let counter = try NGramCounter(counting: input, order: order, threads: 1)
    return String(
      decoding: try written { try counter.write(to: $0, as: .text) }, as: UTF8.self)
  }
}

/// A model of counts in the text form, cells given row by row.
func countsText(_ rows: String) -> String {
  let rows = rows.split(separator: "\n")
  let columns = rows[0].split(separator: " ").count - 1
  return "#mm\t1\tcounts\n#tensor\tcounts\tI64\t\(columns)\t\(columns)\n"
    + rows.map { $0.replacingOccurrences(of: " ", with: "\t") + "\n" }.joined()
}

/// A file in safetensors: the length of the header, the header, the data.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
  withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + header.utf8 + data
}

/// The counts of makemore's list.
enum MakemoreCounts {
  static let path = Fixtures.path("makemore-counts.mm")

  static func load() throws -> NGramCounts { try NGramCounts(ModelReader.model(in: path)) }
}
