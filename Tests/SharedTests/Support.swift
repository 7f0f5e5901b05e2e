import Foundation

@testable import Shared

/// Random bits that are the same in every run (Steele, Lea and Flood 2014, SplitMix64).
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

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

/// A folder that goes when the test does.
final class TemporaryFolder {
  private let url = FileManager.default.temporaryDirectory
    .appending(path: "makemore-tests-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file that may not be there yet.
  func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

  /// Makes a file.
  func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let path = path(name)
    // Some file systems wait for the disk when a file is cut short and written anew.
    try? FileManager.default.removeItem(atPath: path)
    try Data(Array(bytes)).write(to: URL(filePath: path))
    return path
  }

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
  static let path = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/makemore-counts.mm").path(percentEncoded: false)

  static func load() throws -> NGramCounts { try NGramCounts(ModelReader.model(in: path)) }
}
