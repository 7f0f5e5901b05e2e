/// The shape of a GPT-2.
struct GPTConfig: Equatable, Sendable {
  /// The number of layers.
  var nLayer: Int

  /// The number of attention heads of a layer.
  var nHead: Int

  /// The number of channels, a multiple of `nHead`.
  var nEmbd: Int

  /// T, how many tokens the model sees at once; `n_positions` in a `config.json`.
  var blockSize: Int

  /// The number of tokens, the boundary included.
  var vocabSize: Int

  /// Describes a model.
  ///
  /// - Precondition: Every number is at least 1, and `nEmbd` is a multiple of `nHead`.
  init(nLayer: Int = 4, nHead: Int = 4, nEmbd: Int = 64, blockSize: Int, vocabSize: Int) {
    precondition(
      min(nLayer, nHead, nEmbd, blockSize, vocabSize) >= 1, "a model's sizes are at least 1")
    precondition(nEmbd % nHead == 0, "n_embd is a multiple of n_head")
    self.nLayer = nLayer
    self.nHead = nHead
    self.nEmbd = nEmbd
    self.blockSize = blockSize
    self.vocabSize = vocabSize
  }

  /// The number of parameters, or nil where it overflows.
  ///
  ///     2 V C + T C + L (12 C^2 + 13 C) + 2 C
  var parameterCount: Int? {
    func sum(_ terms: Int?...) -> Int? {
      var total = 0
      for term in terms {
        guard let term else { return nil }
        let (next, overflow) = total.addingReportingOverflow(term)
        guard !overflow else { return nil }
        total = next
      }
      return total
    }
    func product(_ factors: Int?...) -> Int? {
      var total = 1
      for factor in factors {
        guard let factor else { return nil }
        let (next, overflow) = total.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        total = next
      }
      return total
    }
    return sum(
      product(2, vocabSize, nEmbd), product(blockSize, nEmbd),
      product(nLayer, sum(product(12, nEmbd, nEmbd), product(13, nEmbd))), product(2, nEmbd))
  }

  /// How many nodes a tree has at most, about, where a batch has more.
  ///
  /// The fewer, the nearer its activations stay to the core; but each tree reads all weights and
  /// adds to all their gradients. With 64 channels and 256 names a step took 7 % longer with trees
  /// of 400, with 128 channels 3 % longer with 112; in between it made no difference.
  var treeSize: Int { nEmbd <= 64 ? 112 : 200 }
}

extension PrefixForest {
  /// Arranges all items in trees that suit a model.
  mutating func plant(for config: GPTConfig) {
    plant(blockSize: config.blockSize, treeSize: config.treeSize)
  }
}
