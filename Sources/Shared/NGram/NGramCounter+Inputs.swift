extension NGramCounter {
  /// Counts n-grams in text, on several threads where the input is a regular file.
  ///
  /// - Throws: `DataError` when a file cannot be read or is no UTF-8, or when the table would not
  ///   fit the memory.
  public init(
    counting input: TextInput, order: Int, threads: Int
  ) throws(DataError) {
    var counters = [NGramCounter](repeating: NGramCounter(order: order), count: threads)
    try input.read(concurrently: &counters)
    self = counters.removeFirst()
    for counter in counters { try add(counter) }
  }

  /// Adds up the counts of all the models in files, over the union of their vocabularies.
  ///
  /// A model of nothing, as of no input, adds nothing, whatever its order.
  ///
  /// - Throws: `DataError` when a file cannot be read, holds no counts, or counts of another order
  ///   than those before, and when a sum overflows.
  public init(merging operands: [String]) throws(DataError) {
    var sum: NGramCounter?
    for operand in operands.isEmpty ? ["-"] : operands {
      var reader = ModelReader(try InputFile(operand))
      while let model = try reader.next() {
        let counts = try NGramCounts(model)
        if let sum, counts.isEmpty, counts.order != sum.order { continue }
        var counter = sum ?? NGramCounter(order: counts.order)
        if counter.isEmpty, counter.order != counts.order {
          counter = NGramCounter(order: counts.order)
        }
        sum = nil  // So that `counter` is the only one to hold the table while it changes.
        do throws(DataError) { try counter.add(counts) } catch { throw error.at(operand) }
        sum = counter
      }
    }
    self = sum ?? NGramCounter(order: 2)
  }
}
