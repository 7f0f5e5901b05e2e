import Synchronization

extension TextInput {
  /// Reads all the items, in whatever order, on several threads where the input is a regular file.
  ///
  /// A part of a file holds the lines that begin in it. Pipes are read in order, by one thread.
  ///
  /// - Parameters:
  ///   - visitors: One for each thread; they need no more than to be added up afterwards.
  /// - Throws: `DataError` as `read(into:)` does, for the first bad place in each file.
  func read<Visitor: ItemVisitor & Sendable>(concurrently visitors: inout [Visitor])
    throws(DataError)
  {
    for name in files {
      let file = try InputFile(name)
      guard let extent = file.extent, extent.count >= 2 * partSize, visitors.count > 1 else {
        try read(file, into: &visitors[0])
        continue
      }
      try read(file, extent, into: &visitors)
    }
  }

  private func read<Visitor: ItemVisitor & Sendable>(
    _ file: InputFile, _ extent: Range<Int>, into visitors: inout [Visitor]
  ) throws(DataError) {
    let start = BlockReader(file, from: extent.lowerBound)
    if try start.fill() { _ = try check(start, isLast: true) }
    let parts = (extent.count + partSize - 1) / partSize
    let next = Atomic(0)
    let hasFailed = Atomic(false)
    var failures = [PartFailure?](repeating: nil, count: visitors.count)
    let end = Atomic(extent.upperBound)
    visitors.withUnsafeMutableBufferPointer { visitors in
      failures.withUnsafeMutableBufferPointer { failures in
        // Proof of safety: a thread owns the visitor and the failure of its index.
        nonisolated(unsafe) let (visitors, failures) = (visitors, failures)
        ThreadPool(threads: visitors.count).run(visitors.count) { thread in
          while !hasFailed.load(ordering: .relaxed) {
            // Parts are taken in order: those before one that fails are read to their ends, so the
            // first bad place in the file is among the failures.
            let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if part >= parts { return }
            let begin = extent.lowerBound + part * partSize
            let range = begin..<(part + 1 == parts ? Int.max : begin + partSize)
            do throws(PartFailure) {
              let read = try readPart(
                file, range, isFirst: part == 0, into: &visitors[thread])
              _ = end.max(read, ordering: .relaxed)
            } catch {
              failures[thread] = error
              hasFailed.store(true, ordering: .relaxed)
            }
          }
        }
      }
    }
    if let failure = failures.compactMap(\.self).min(by: { $0.offset < $1.offset }) {
      let before = try lines(of: file, extent.lowerBound..<failure.offset)
      throw failure.error.at("\(file.name):\(before + failure.line)")
    }
    try file.leaveOffset(at: end.load(ordering: .relaxed))
  }

  /// An error, and the line where it is, counted from an offset in the file.
  private struct PartFailure: Error {
    var error: DataError
    var line: Int
    var offset: Int
  }

  /// Reads the lines that begin in a part of a file.
  ///
  /// - Returns: Where it stopped.
  private func readPart<Visitor: ItemVisitor>(
    _ file: InputFile, _ range: Range<Int>, isFirst: Bool, into visitor: inout Visitor
  ) throws(PartFailure) -> Int {
    var begin = range.lowerBound
    var line = 1
    do throws(DataError) {
      // The line that the part begins inside of belongs to the part before.
      if !isFirst {
        let source = BlockReader(file, from: begin - 1, to: range.upperBound)
        guard let start = try source.skip(past: rules.separator) else { return 0 }
        if start >= range.upperBound { return 0 }
        begin = start
      }
      var decoder = ItemDecoder(rules, refusal: refusal(of: file), offset: begin)
      defer {
        line = decoder.line
        leftOut.add(decoder.skippedLines)
      }
      let stop = try endOfLine(in: file, after: range.upperBound, rules.separator)
      let source = BlockReader(file, from: begin, to: stop)
      var isLast = false
      while !isLast {
        isLast = try !source.fill()
        try source.decode(with: &decoder, isLast: isLast, into: &visitor)
      }
      return source.offset ?? 0
    } catch {
      throw PartFailure(error: error, line: line, offset: begin)
    }
  }

  /// The end of the line that the byte before an offset belongs to; `nil` for the end of the file.
  private func endOfLine(
    in file: InputFile, after offset: Int, _ separator: UInt8
  ) throws(DataError) -> Int? {
    if offset == Int.max { return nil }
    let source = BlockReader(file, from: offset - 1)
    return try source.skip(past: separator)
  }

  private func lines(of file: InputFile, _ range: Range<Int>) throws(DataError) -> Int {
    var counter = SeparatorCounter()
    let source = BlockReader(file, from: range.lowerBound, to: range.upperBound)
    var decoder = ItemDecoder(LineRules(isNullSeparated: isNullSeparated))
    while try source.fill() {
      try source.decode(with: &decoder, isLast: false, into: &counter)
    }
    return counter.count
  }
}

/// Counts the separators of bytes that were read before.
private struct SeparatorCounter: ItemVisitor {
  var count = 0

  mutating func take(run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int {
    count += ItemDecoder.count(separator, in: bytes, 0..<bytes.count)
    return bytes.count
  }

  mutating func visit(_ scalar: Unicode.Scalar) {}

  mutating func endItem(line: Int) {}
}
