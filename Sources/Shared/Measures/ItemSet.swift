/// A set of items, in memory proportional to their characters.
///
///     var seen = ItemSet()
///     seen.insert([5, 13, 13, 1])     // true: "emma" is new
///     seen.contains([5, 13, 13, 1])   // true
///
/// The items stand one after the other in one array, a byte or a few for each token and one for the
/// end. A table of their places, at most two thirds full, finds them by their hash.
struct ItemSet {
  /// The items, encoded.
  ///
  /// Seven bits of a token in each byte, the low ones first, the high bit set in all but the last.
  /// A 0, which is the boundary, ends an item.
  private var bytes: [UInt8] = []

  /// Where the item of each slot begins in `bytes`; -1 for none.
  private var slots = [Int](repeating: -1, count: 16)

  /// The number of items.
  private(set) var count = 0

  /// The item that is looked for, encoded.
  private var wanted: [UInt8] = []

  /// Whether an item is in the set.
  ///
  /// - Parameter item: Its tokens, without boundaries.
  mutating func contains(_ item: some Sequence<Int32>) -> Bool {
    encode(item)
    return slots[slotOfWanted()] >= 0
  }

  /// Adds an item.
  ///
  /// - Parameter item: Its tokens, without boundaries.
  /// - Returns: Whether it is new.
  /// - Throws: `DataError` when there is no memory.
  @discardableResult
  mutating func insert(_ item: some Sequence<Int32>) throws(DataError) -> Bool {
    encode(item)
    let slot = slotOfWanted()
    if slots[slot] >= 0 { return false }
    guard bytes.makeRoom(for: wanted.count) else { throw outOfMemory }
    slots[slot] = bytes.count
    bytes += wanted
    count += 1
    if 3 * count > 2 * slots.count { try grow() }
    return true
  }

  private mutating func encode(_ item: some Sequence<Int32>) {
    wanted.removeAll(keepingCapacity: true)
    for token in item {
      var rest = UInt32(bitPattern: token)
      while rest > 0x7F {
        wanted.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      wanted.append(UInt8(rest))
    }
    wanted.append(0)
  }

  /// The slot of the wanted item, or the empty one where it belongs.
  private func slotOfWanted() -> Int {
    wanted.withUnsafeBytes { wanted in
      bytes.withUnsafeBytes { bytes in
        var slot = Self.hash(wanted) & (slots.count - 1)
        while slots[slot] >= 0 {
          // What begins alike ends alike, for the code of an item is no prefix of another's.
          let place = slots[slot]
          if place + wanted.count <= bytes.count,
            memcmp(bytes.baseAddress! + place, wanted.baseAddress!, wanted.count) == 0
          {
            break
          }
          slot = (slot + 1) & (slots.count - 1)
        }
        return slot
      }
    }
  }

  /// Doubles the table.
  private mutating func grow() throws(DataError) {
    guard var larger = Memory.array(repeating: -1, count: 2 * slots.count) else {
      throw outOfMemory
    }
    bytes.withUnsafeBytes { bytes in
      var place = 0
      while place < bytes.count {
        var end = place
        while bytes[end] != 0 { end += 1 }
        let item = UnsafeRawBufferPointer(rebasing: bytes[place...end])
        var slot = Self.hash(item) & (larger.count - 1)
        while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
        larger[slot] = place
        place = end + 1
      }
    }
    slots = larger
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
  }

  private var outOfMemory: DataError { DataError("out of memory after \(count) items of a list") }
}

extension ItemSet {
  /// Adds the items of a text.
  ///
  /// An item with a character that the vocabulary lacks is left out: no sample equals it.
  ///
  /// - Throws: `DataError` when the text cannot be read or is not UTF-8, when it is in another
  ///   canonical form than the vocabulary, and when there is no memory.
  mutating func insert(
    _ input: TextInput, _ vocabulary: Vocabulary
  ) throws(DataError) {
    for file in input.files {
      var reader = ItemSetReader(
        set: self, vocabulary, TextRefusal(file: file, files: [file], command: input.command))
      self = ItemSet()
      try input.read(try InputFile(file), into: &reader)
      self = reader.set
    }
  }
}

/// Adds items to a set as they are read.
private struct ItemSetReader: ItemVisitor {
  var set: ItemSet
  private let refusal: TextRefusal
  private let vocabulary: Vocabulary
  private let table: TokenTable
  private var item: [Int32] = []

  /// The characters of an item that has one which the vocabulary lacks, so far new.
  private var scalars: [Unicode.Scalar] = []
  private var placeOfNew: Int?
  private var isForeign = false
  private var foreign: Set<Unicode.Scalar> = []

  init(set: ItemSet, _ vocabulary: Vocabulary, _ refusal: TextRefusal) {
    self.set = set
    self.refusal = refusal
    self.vocabulary = vocabulary
    table = TokenTable(vocabulary)
  }

  mutating func visit(_ scalar: Unicode.Scalar) {
    let token = table.token(of: scalar)
    if token == 0 {
      isForeign = true
      if placeOfNew == nil, foreign.insert(scalar).inserted { placeOfNew = scalars.count }
    }
    item.append(Int32(token))
    scalars.append(scalar)
  }

  mutating func endItem(line: Int) throws(DataError) {
    defer {
      item.removeAll(keepingCapacity: true)
      scalars.removeAll(keepingCapacity: true)
      isForeign = false
      placeOfNew = nil
    }
    if let placeOfNew,
      let form = CharacterContext(scalars, at: placeOfNew).otherForm(in: vocabulary)
    {
      throw refusal.normalization(form)
    }
    if !item.isEmpty, !isForeign { try set.insert(item) }
  }
}
