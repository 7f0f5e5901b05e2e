import Testing

@testable import Shared

@Suite struct FilteredSamplerTests {
  /// Gives numbers from 0 on as items, in draws of any size, up to a failure.
  struct Numbers: ItemSampler {
    let items: [[Int32]]
    let wave: Int
    var next = 0

    mutating func draw(
      atMost limit: Int, _ body: ([Int32]) throws(DataError) -> Void
    ) throws(DataError) {
      for _ in 0..<min(limit, wave) {
        if next == items.count { throw DataError("the end") }
        next += 1
        try body(items[next - 1])
      }
    }
  }

  static let items: [[Int32]] = {
    var random = CounterGenerator(seed: 1, index: 0)
    return (0..<500).map { _ in
      (0..<random.next() % 5).map { _ in Int32(1 + random.next() % 3) }
    }
  }()

  static let list: [[Int32]] = [[1], [2, 1], [3, 3, 3]]

  static func filters() throws -> [ItemFilter] {
    var excluded = ItemSet()
    for item in list { try excluded.insert(item) }
    var filters: [ItemFilter] = []
    for lengths in [nil, "2:3", "1:", ":2"] {
      for isUnique in [false, true] {
        for set in [nil, excluded] {
          var filter = ItemFilter()
          filter.lengths = lengths.flatMap { ItemLengths(word: $0) }
          filter.isUnique = isUnique
          filter.excluded = set
          filters.append(filter)
        }
      }
    }
    return filters
  }

  /// The items that a filter wants, by its definition.
  static func wanted(_ filter: ItemFilter, maxLength: Int) -> [[Int32]] {
    var wanted: [[Int32]] = []
    for item in items {
      if let lengths = filter.lengths {
        if item.count == maxLength { continue }
        if item.count < lengths.least || item.count > lengths.most { continue }
      }
      if filter.excluded != nil, list.contains(item) { continue }
      if filter.isUnique, wanted.contains(item) { continue }
      wanted.append(item)
    }
    return wanted
  }

  @Test(arguments: [1, 7, 2048], [1, 10, 1000]) func itemsAreThoseOfTheDefinition(
    wave: Int, limit: Int
  ) throws {
    for filter in try Self.filters() {
      for maxLength in [4, 1000] {
        var sampler = FilteredSampler(
          Numbers(items: Self.items, wave: wave), filter, maxLength: maxLength)
        var found: [[Int32]] = []
        let error = try dataError {
          while true {
            let before = found.count
            try sampler.draw(atMost: limit) { found.append($0) }
            #expect((before + 1...before + limit).contains(found.count))
          }
        }
        // What comes after the last item that is wanted is an error only once it is come to.
        #expect(error?.reason == "the end")
        #expect(found == Self.wanted(filter, maxLength: maxLength))
      }
    }
  }

  @Test func itemsThatArePassedByCount() throws {
    for filter in try Self.filters() {
      var sampler = FilteredSampler(
        Numbers(items: Self.items, wave: 100), filter, maxLength: 1000)
      try sampler.skip(5)
      var next: [Int32] = []
      try sampler.draw(atMost: 1) { next = $0 }
      #expect(next == Self.wanted(filter, maxLength: 1000)[5])
    }
  }

  @Test(arguments: [1, 3, 1000]) func patienceEnds(wave: Int) throws {
    var filter = ItemFilter()
    filter.isUnique = true
    filter.lengths = ItemLengths(word: "1:1")
    let items: [[Int32]] = [[1], [1], [1, 1], [2], [2], [2, 2], [2], [3]]
    var sampler = FilteredSampler(
      Numbers(items: items, wave: wave), filter, maxLength: 1000, patience: 3)
    var found: [[Int32]] = []
    let error = try dataError { while true { try sampler.draw(atMost: 10) { found.append($0) } } }
    #expect(found == [[1], [2]])
    #expect(
      error?.reason == "found 2 items, then passed over 3 in a row: 1 of another --length, "
        + "2 found before (--unique); try a higher --temperature, or --smooth kn if it is counts")
  }

  @Test func setsHoldWhatWasInserted() throws {
    var set = ItemSet()
    var oracle: Set<[Int32]> = []
    var random = CounterGenerator(seed: 2, index: 0)
    for _ in 0..<5000 {
      // Tokens of one to three bytes.
      let item = (0..<random.next() % 4).map { _ in Int32(1 + random.next() % 7) * 3000 % 20_011 }
      #expect(set.contains(item) == oracle.contains(item))
      #expect(try set.insert(item) == oracle.insert(item).inserted)
    }
    #expect(set.count == oracle.count)
  }

  @Test func lengthsAreTwoNumbers() {
    #expect(ItemLengths(word: "4:7")?.contains(7) == true)
    #expect(ItemLengths(word: "4:")?.contains(1 << 40) == true)
    #expect(ItemLengths(word: ":7")?.contains(0) == true)
    #expect(ItemLengths(word: "4:4")?.contains(5) == false)
    for word in ["", ":", "4", "7:4", "-1:2", "1:2:3", "a:", "+1:2"] {
      #expect(ItemLengths(word: word) == nil, "\(word)")
    }
    for word in ["4:7", "4:", ":7"] { #expect(ItemLengths(word: word)?.word == word) }
  }
}
