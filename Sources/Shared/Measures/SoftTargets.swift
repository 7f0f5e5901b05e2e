/// A teacher: the distribution of the token after any tokens, as an automaton.
///
///     var state = teacher.origin
///     for token in [0, 5, 13] { state = teacher.state(after: state, token) }   // ".em"
///     teacher.probs(after: state, into: row)
///
/// A state stands for all that the distribution depends on, so asking after each prefix of a tree
/// takes one step for each node. States are small whole numbers, so that what was computed for
/// one can be kept in a table. All of it may be called on several threads at the same time, and gives
/// the same each time.
protocol SoftTargets: Sendable {
  /// V, the number of tokens.
  var vocabSize: Int { get }

  /// The number of states; each is below it.
  var stateCount: Int { get }

  /// The state before any token: neither the boundary that opens an item, nor any other.
  var origin: Int32 { get }

  /// The state after one more token.
  func state(after state: Int32, _ token: Int32) -> Int32

  /// Writes the probabilities of all tokens after a state.
  ///
  /// - Parameter probs: (V).
  func probs(after state: Int32, into probs: UnsafeMutableBufferPointer<Float>)
}
