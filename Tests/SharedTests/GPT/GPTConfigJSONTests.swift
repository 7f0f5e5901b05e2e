import Testing

@testable import Shared

@Suite struct GPTConfigJSONTests {
  static let config = GPTConfig(nLayer: 1, nHead: 2, nEmbd: 8, blockSize: 4, vocabSize: 5)

  @Test func whatIsWrittenIsReadBack() throws {
    #expect(try GPTConfig.nHead(in: Self.config.json) == 2)
    let gpt = noisyGPT(Self.config)
    let read = try GPT(try gpt.model)
    #expect(read.parameters.config == Self.config && read.vocabulary == gpt.vocabulary)
    #expect(read.parameters.floats == gpt.parameters.floats)
  }

  @Test func onlyWhatChangesTheComputationMatters() throws {
    #expect(try GPTConfig.nHead(in: "{}") == nil)
    #expect(
      try GPTConfig.nHead(in: "{\"n_head\":3,\"layer_norm_epsilon\":0.00001,\"x\":[]}") == 3)
  }

  @Test(arguments: [
    ("[]", "mm.config is not a JSON object"), ("4", "mm.config is not a JSON object"),
    ("{\"n_head\":0}", "n_head in mm.config is not a positive integer"),
    ("{\"n_head\":-1}", "n_head in mm.config is not a positive integer"),
    ("{\"n_head\":\"4\"}", "n_head in mm.config is not a positive integer"),
    ("{\"n_head\":2.5}", "n_head in mm.config is not a positive integer"),
    (
      "{\"activation_function\":\"relu\"}",
      "activation_function in mm.config is not what mm-gpt computes"
    ),
    (
      "{\"tie_word_embeddings\":true}",
      "tie_word_embeddings in mm.config is not what mm-gpt computes"
    ),
    ("{\"model_type\":\"llama\"}", "model_type in mm.config is not what mm-gpt computes"),
    ("{\"layer_norm_epsilon\":1e-6}", "layer_norm_epsilon in mm.config is not 1e-05"),
    ("{\"layer_norm_epsilon\":\"1e-05\"}", "layer_norm_epsilon in mm.config is not 1e-05"),
  ])
  func refusesModelsThatAreComputedOtherwise(_ json: String, _ reason: String) throws {
    #expect(throws: DataError(reason)) { try GPTConfig.nHead(in: json) }
    var model = try noisyGPT(Self.config).model
    model.metadata["mm.config"] = json
    #expect(throws: DataError(reason, at: "-")) { try GPT(model) }
  }

  private static func expect(_ reason: String, _ change: (inout ModelFile) -> Void) throws {
    var model = try noisyGPT(config).model
    change(&model)
    #expect(throws: DataError(reason, at: "-")) { try GPT(model) }
  }

  @Test func refusesTensorsThatMakeNoGPT() throws {
    try Self.expect(
      "the tensor lm_head.weight is missing, or of a type that holds no lm_head.weight"
    ) {
      $0.tensors.removeLast()
    }
    try Self.expect("the tensor lm_head.weight has shape [4, 10], expected [5, 8]") {
      $0.tensors[$0.tensors.count - 1].shape = [4, 10]
    }
    try Self.expect("the tensor transformer.ln_f.bias holds a weight that is not finite") {
      $0.tensors[$0.tensors.count - 2].values = .f32([.nan] + Array(repeating: 0, count: 7))
    }
    try Self.expect("the tensor transformer.ln_f.bias is F64, expected F32") {
      $0.tensors[$0.tensors.count - 2].values = .f64(Array(repeating: 0, count: 8))
    }
    try Self.expect("embeddings of shapes [5, 8] and [32] are not those of a GPT-2") {
      $0.tensors[1].shape = [32]
    }
    try Self.expect(
      "a vocabulary of 1 characters and the boundary does not fit the 5 tokens of the model"
    ) { $0.metadata["mm.vocab"] = "a" }
    try Self.expect("mm.vocab is missing: the model does not state its characters") {
      $0.metadata["mm.vocab"] = nil
    }
    try Self.expect("the model does not state its number of heads; give --n-head") {
      $0.metadata["mm.config"] = nil
    }
    try Self.expect("8 channels do not make 3 heads") {
      $0.metadata["mm.config"] = "{\"n_head\":3}"
    }
    try Self.expect("the model has no layers") { model in
      model.tensors.removeAll { $0.name.contains(".h.") }
    }
  }

  /// Embeddings of many channels would want matrices of their square.
  @Test func reservesNoMemoryForTensorsThatAreNotThere() {
    var model = ModelFile(
      kind: .gpt, vocabulary: Vocabulary(sorted: []),
      tensors: ["transformer.wte.weight", "transformer.wpe.weight", "transformer.h.0.x"].map {
        let values = [Float](repeating: 0, count: 1 << 20)
        return Tensor(name: $0, shape: [1, 1 << 20], values: .f32(values))
      })
    model.metadata["mm.config"] = "{\"n_head\":1}"
    let name = "transformer.h.0.ln_1.weight"
    #expect(
      throws: DataError(
        "the tensor \(name) is missing, or of a type that holds no \(name)", at: "-")
    ) { try GPT(model) }
  }

  @Test(arguments: ["n_layer", "n_embd", "n_positions", "vocab_size"])
  func refusesSizesThatTheTensorsContradict(_ name: String) throws {
    var model = try noisyGPT(Self.config).model
    model.metadata["mm.config"] = "{\"n_head\":2,\"\(name)\":999}"
    let error = #expect(throws: DataError.self) { try GPT(model) }
    #expect(error?.reason.hasPrefix("\(name) in mm.config is not that of the tensors, ") == true)
  }
}
