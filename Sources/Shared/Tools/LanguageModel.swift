/// Models as the programs read them.
public enum LanguageModel {
  /// Reads the one model of a file, of whatever kind.
  ///
  /// - Parameters:
  ///   - operand: The file, or `-` for standard input.
  ///   - smooth: Added to every count.
  /// - Throws: `DataError` when the file cannot be read, and what `of` throws.
  public static func read(_ operand: String, smooth: Double) throws -> any ItemModel {
    try of(ModelReader.model(in: operand), smooth: smooth)
  }

  /// Takes what a file holds for the model that it is: the one place that knows the kinds.
  ///
  /// - Throws: `DataError` when it is malformed or of kind `losses`, `UsageError` when something
  ///   other than counts is to be smoothed.
  static func of(_ file: ModelFile, smooth: Double) throws -> any ItemModel {
    let kind = try file.kind()
    if smooth != 0, kind != .counts {
      throw UsageError("--smooth adds to counts, and \(file.place) is a model of kind \(kind)")
    }
    switch kind {
    case .counts: return NGramModel(try NGramCounts(file), smooth: smooth)
    case .bigram: return NGramModel(try NGramLogits(file))
    case .gpt: return try GPT(file)
    case .losses: throw file.error("holds losses, from which nothing can be drawn or scored")
    default:
      throw file.error("kind \(JSON.quoted("\(kind)")), expected counts, bigram, gpt or losses")
    }
  }
}
