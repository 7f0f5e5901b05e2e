/// Which of the items that a model draws are wanted; a new filter wants all.
///
///     var filter = ItemFilter()
///     filter.lengths = ItemLengths(word: "4:7")
///     filter.isUnique = true
///     try filter.exclude(TextInput(["names.txt"]), model.vocabulary)
///     var sampler = try model.sampler(request, filter)
public struct ItemFilter {
  /// The lengths that whole items have; `nil` for any, and for items that were cut.
  var lengths: ItemLengths?

  /// Whether an item that was found before is passed over.
  var isUnique = false

  /// The items of the lists to exclude; `nil` without a list.
  var excluded: ItemSet?

  /// Whether every item is wanted.
  var isEmpty: Bool { lengths == nil && !isUnique && excluded == nil }

  /// Passes over the items of a text.
  ///
  /// - Parameter vocabulary: That of the model.
  /// - Throws: `DataError` when the text cannot be read or is not UTF-8, when it is in another
  ///   canonical form than the vocabulary, and when there is no memory.
  mutating func exclude(
    _ input: TextInput, _ vocabulary: Vocabulary
  ) throws(DataError) {
    var set = excluded ?? ItemSet()
    excluded = nil
    try set.insert(input, vocabulary)
    excluded = set
  }
}

/// The lengths that items may have, in characters: `MIN:MAX`, where either may be missing.
struct ItemLengths: OptionValue, Equatable {
  /// The smallest.
  let least: Int

  /// The largest.
  let most: Int

  /// Reads `4:7`, `4:` or `:7`.
  init?(word: String) {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, word != ":",
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let least = parts[0].isEmpty ? 0 : Int(parts[0]),
      let most = parts[1].isEmpty ? .max : Int(parts[1]), least <= most
    else { return nil }
    self.least = least
    self.most = most
  }

  /// The range, as it is read.
  var word: String {
    "\(least == 0 && most < .max ? "" : "\(least)"):\(most < .max ? "\(most)" : "")"
  }

  /// Two numbers.
  static var wanted: String {
    "MIN:MAX, two whole numbers in ascending order of which one may be missing"
  }

  /// Whether a length is one of them.
  func contains(_ length: Int) -> Bool { least <= length && length <= most }
}
