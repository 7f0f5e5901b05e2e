/// Fits logits to counts by gradient descent on the mean cross entropy.
///
/// It is the network of one linear layer without bias whose input is a one-hot row: such a row
/// times the weights is a row of the weights, so the corpus enters by its counts alone. With `n`
/// tokens in all, `n[i]` of them after context `i`, and `l2` the strength of the penalty,
///
///     loss = sum(counts[i][j] * (log(sum(exp(W[i]))) - W[i][j])) / n + l2 * mean(W^2)
///     dW[i] = n[i] / n * (softmax(W[i]) - counts[i] / n[i]) + 2 * l2 / size * W[i]
///
/// A step costs one softmax for each context that occurs, whatever the length of the corpus.
/// By the row, dW[i] is divided by n[i] / n (and by 4 * l2 / size more, its share in the penalty): then a
/// context that is rare learns as fast as one that is common. The curvature of its loss is at most
/// 1/2, so steps of up to 4 descend.
///
/// The start is `torch.randn` of the table's shape; the arithmetic is in `Double`.
struct NGramFit {
  private let counts: NGramCounts
  private let rows: [Int]
  private let total: Double
  private let l2: Double
  private let isByRow: Bool
  private var weight: [Double]

  /// Draws the weights at the start.
  ///
  /// - Parameter isByRow: Whether each row's gradient is divided by the row's share of the data.
  /// - Throws: `DataError` when there is nothing to fit, or there is no memory for it.
  init(
    _ counts: NGramCounts, seed: UInt64, l2: Double, isByRow: Bool = false
  ) throws(DataError) {
    // A weight as a Double, and as a Float at the start and in the end; sums of rows are fewer.
    guard Memory.has(counts.values.count * 20) else {
      let bytes = ByteCount.text(20 * Double(counts.values.count))
      throw DataError("out of memory: the fit takes \(bytes)")
    }
    let sums = (0..<counts.rowCount).map { counts.row($0).reduce(0) { $0 + Double($1) } }
    total = sums.reduce(0, +)
    if total == 0 { throw DataError("no counts to fit: the model is empty") }
    self.counts = counts
    self.l2 = l2
    self.isByRow = isByRow
    rows = sums.indices.filter { sums[$0] > 0 }
    var generator = TorchGenerator(seed: seed)
    weight = generator.randn(counts.values.count).map(Double.init)
  }

  /// The logits, narrowed to F32.
  ///
  /// - Throws: `DataError` when descent has left the range of numbers.
  func logits() throws(DataError) -> NGramLogits {
    let values = weight.map { Float($0) }
    guard values.allSatisfy(\.isFinite) else { throw Self.diverged }
    return NGramLogits(vocabulary: counts.vocabulary, order: counts.order, values: values)
  }

  /// The loss of the current weights, the penalty included.
  ///
  /// - Throws: `DataError` when descent has left the range of numbers.
  /// - Complexity: O(V) for each context that occurs.
  func loss() throws(DataError) -> Double {
    let size = counts.vocabulary.count
    var sum = 0.0
    for row in rows {
      let logits = weight[row * size..<(row + 1) * size]
      let logSumExp = Self.logSumExp(logits)
      for (count, logit) in zip(counts.row(row), logits) where count > 0 {
        sum += Double(count) / total * (logSumExp - logit)
      }
    }
    if l2 > 0 { sum += l2 * weight.reduce(0) { $0 + $1 * $1 } / Double(weight.count) }
    guard sum.isFinite else { throw Self.diverged }
    return sum
  }

  /// The loss of the counts themselves, in nats: the least that logits can have without a penalty.
  ///
  /// - Complexity: O(V) for each context that occurs.
  var countsLoss: Double {
    rows.reduce(0) { loss, row in
      let counts = counts.row(row)
      let sum = counts.reduce(0) { $0 + Double($1) }
      return counts.reduce(loss) { loss, count in
        count > 0 ? loss + Double(count) / total * log(sum / Double(count)) : loss
      }
    }
  }

  /// Takes one step of gradient descent.
  ///
  /// - Complexity: O(V) for each context that occurs; O(V^order) with a penalty.
  mutating func step(learningRate: Double) {
    let size = counts.vocabulary.count
    let penalty = 2 * l2 / Double(weight.count)
    let decay = 1 - learningRate * penalty
    weight.withUnsafeMutableBufferPointer { weight in
      counts.values.withUnsafeBufferPointer { counts in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { probs in
          var decayed = 0
          for row in rows {
            let begin = row * size
            var largest = -Double.infinity
            for column in 0..<size where weight[begin + column] > largest {
              largest = weight[begin + column]
            }
            var sum = 0.0
            var rowTotal = 0.0
            for column in 0..<size {
              probs[column] = exp(weight[begin + column] - largest)
              sum += probs[column]
              rowTotal += Double(counts[begin + column])
            }
            // What the gradient of the row is divided by.
            let share = isByRow ? rowTotal / total + 2 * penalty : 1
            let scale = learningRate / (total * share)
            if l2 > 0 {
              for index in decayed..<begin { weight[index] *= decay }
              for index in begin..<begin + size {
                weight[index] *= 1 - learningRate * penalty / share
              }
              decayed = begin + size
            }
            for column in 0..<size {
              let gradient = rowTotal * (probs[column] / sum) - Double(counts[begin + column])
              weight[begin + column] -= scale * gradient
            }
          }
          if l2 > 0 { for index in decayed..<weight.count { weight[index] *= decay } }
        }
      }
    }
  }

  /// Takes steps, and reports the loss at every hundredth, from step 0, and after the last.
  ///
  /// - Parameter report: Called with the number of steps taken and the loss there.
  /// - Throws: `DataError` when descent leaves the range of numbers; what `report` throws.
  mutating func run(
    steps: Int, learningRate: Double, report: (Int, Double) throws(DataError) -> Void
  ) throws(DataError) {
    for step in 0..<steps {
      if step.isMultiple(of: 100) { try report(step, try loss()) }
      self.step(learningRate: learningRate)
    }
    try report(steps, try loss())
  }

  private static func logSumExp(_ logits: ArraySlice<Double>) -> Double {
    let largest = logits.max() ?? 0
    return largest + log(logits.reduce(0) { $0 + exp($1 - largest) })
  }

  private static var diverged: DataError {
    DataError("descent has left the range of numbers; try a lower --learning-rate or --l2")
  }
}
