/// Models as the programs read them.
public enum LanguageModel {
  /// Reads the one model of a file, of whatever kind.
  ///
  /// - Parameters:
  ///   - operand: The file, or `-` for standard input.
  ///   - smoothing: What becomes of counts; `nil` leaves them as they are.
  /// - Throws: `DataError` when it is malformed or of kind `losses`, `UsageError` when something
  ///   other than counts is to be smoothed.
  public static func read(_ operand: String, _ smoothing: Smoothing?) throws -> any ItemModel {
    var reader = ModelReader(try InputFile(operand))
    do throws(DataError) {
      if let rows = try reader.rows() {
        return try Counts(rows).model(smoothing ?? .none)
      }
    } catch { throw error.at(operand) }
    return try of(reader.only(), smoothing)
  }

  /// Takes what a file holds for the model that it is: the one place that knows the kinds.
  static func of(_ file: ModelFile, _ smoothing: Smoothing?) throws -> any ItemModel {
    let kind = try file.kind()
    if smoothing != nil, kind != .counts {
      throw UsageError("--smooth is for counts, and \(file.place) is a model of kind \(kind)")
    }
    switch kind {
    case .counts:
      do throws(DataError) { return try Counts(file).model(smoothing ?? .none) } catch {
        throw error.at(file.place)
      }
    case .bigram: return NGramModel(try NGramLogits(file))
    case .gpt: return try GPT(file)
    case .losses: throw file.error("holds losses, from which nothing can be drawn or scored")
    default:
      throw file.error("kind \(JSON.quoted("\(kind)")), expected counts, bigram, gpt or losses")
    }
  }
}
