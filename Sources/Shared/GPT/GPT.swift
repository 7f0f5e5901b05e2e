/// A GPT-2 with its vocabulary: what a model of kind `gpt` holds.
struct GPT {
  /// The characters of tokens 1, 2 and so on.
  let vocabulary: Vocabulary

  /// The weights, and the shape.
  let parameters: GPTTensors

  /// Puts a vocabulary and weights together.
  ///
  /// - Precondition: They are of one size.
  init(vocabulary: Vocabulary, parameters: GPTTensors) {
    precondition(
      vocabulary.count == parameters.config.vocabSize, "the vocabulary fits the parameters")
    self.vocabulary = vocabulary
    self.parameters = parameters
  }

  /// Reads a model of kind `gpt`, or any `GPT2LMHeadModel` in safetensors.
  ///
  /// - Parameters:
  ///   - nHead: The number of heads, for a model that does not state it.
  ///   - vocabulary: The vocabulary, for a model that has none.
  /// - Throws: `DataError` when a tensor is missing, of a wrong shape or type, or not finite, or
  ///   when the metadata does not fit the tensors.
  init(
    _ model: ModelFile, nHead: Int? = nil, vocabulary: Vocabulary? = nil
  ) throws(DataError) {
    if model.metadata["mm.kind"] != nil {
      try model.check(.gpt, "a GPT is wanted; mm-gpt makes it")
    }
    let config = try Self.config(of: model, nHead: nHead)
    let known = model.metadata["mm.vocab"] == nil ? vocabulary : try model.vocabulary()
    guard let known else {
      throw model.error("mm.vocab is missing: the model does not state its characters")
    }
    guard known.count == config.vocabSize else {
      throw model.error(
        "a vocabulary of \(known.count - 1) characters and the boundary does not fit "
          + "the \(config.vocabSize) tokens of the model")
    }
    guard config.parameterCount != nil else {
      throw model.error("embeddings of \(config.nEmbd) channels are not those of a GPT-2")
    }
    self.init(vocabulary: known, parameters: try GPTTensors(config, from: model))
  }

  /// The shape that the tensors of a model have.
  private static func config(of model: ModelFile, nHead: Int?) throws(DataError) -> GPTConfig {
    let wte = try model.tensor("transformer.wte.weight").shape
    let wpe = try model.tensor("transformer.wpe.weight").shape
    guard wte.count == 2, wpe.count == 2, wte[1] == wpe[1], (wte + wpe).allSatisfy({ $0 > 0 })
    else { throw model.error("embeddings of shapes \(wte) and \(wpe) are not those of a GPT-2") }
    var nLayer = 0
    while model.tensors.contains(where: { $0.name.hasPrefix("transformer.h.\(nLayer).") }) {
      nLayer += 1
    }
    guard nLayer > 0 else { throw model.error("the model has no layers") }
    var stated: Int?
    if let json = model.metadata["mm.config"] {
      do throws(DataError) {
        stated = try GPTConfig.nHead(
          in: json,
          sizes: [
            "n_layer": nLayer, "n_embd": wte[1], "n_positions": wpe[0], "vocab_size": wte[0],
          ])
      } catch { throw error.at(model.place) }
    }
    if let nHead, let stated, nHead != stated {
      throw model.error("the model has \(stated) heads, which --n-head \(nHead) contradicts")
    }
    guard let heads = stated ?? nHead else {
      throw model.error("the model does not state its number of heads; give --n-head")
    }
    guard wte[1].isMultiple(of: heads) else {
      throw model.error("\(wte[1]) channels do not make \(heads) heads")
    }
    return GPTConfig(
      nLayer: nLayer, nHead: heads, nEmbd: wte[1], blockSize: wpe[0], vocabSize: wte[0])
  }
}

extension ModelKind {
  /// A GPT-2: what mm-gpt writes.
  static let gpt = ModelKind(rawValue: "gpt")
}
