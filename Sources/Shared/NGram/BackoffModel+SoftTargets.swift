/// As a teacher: its states are the contexts, and the empty context comes before any token.
extension BackoffModel: SoftTargets {
  /// V, the boundary included.
  var vocabSize: Int { vocabulary.count }

  /// The number of contexts.
  var stateCount: Int { trie.levels[order] }

  /// The empty context.
  ///
  /// The boundary leads from it to the start of an item, a token in the middle of
  /// an item to what is known of it alone.
  var origin: Int32 { 0 }

  /// The longest context that was counted after one more token.
  func state(after state: Int32, _ token: Int32) -> Int32 {
    Int32(context(after: Int(state), Int(token)))
  }

  /// Writes the probabilities of all tokens after a context.
  ///
  /// - Complexity: O(order V).
  func probs(after state: Int32, into probs: UnsafeMutableBufferPointer<Float>) {
    for (token, prob) in self.probs(after: Context(state)).enumerated() {
      probs[token] = Float(prob)
    }
  }
}
