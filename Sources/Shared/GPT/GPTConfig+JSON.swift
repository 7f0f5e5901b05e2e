extension GPTConfig {
  /// The `config.json` that `transformers` reads, on one line.
  var json: String {
    func number(_ value: Int) -> JSON { .number("\(value)") }
    return JSON.object([
      ("activation_function", .string("gelu_new")),
      ("architectures", .array([.string("GPT2LMHeadModel")])),
      ("attn_pdrop", .number("0.0")), ("bos_token_id", number(0)), ("embd_pdrop", .number("0.0")),
      ("eos_token_id", number(0)), ("layer_norm_epsilon", .number("1e-05")),
      ("model_type", .string("gpt2")), ("n_embd", number(nEmbd)), ("n_head", number(nHead)),
      ("n_layer", number(nLayer)), ("n_positions", number(blockSize)),
      ("resid_pdrop", .number("0.0")), ("tie_word_embeddings", .boolean(false)),
      ("vocab_size", number(vocabSize)),
    ]).text
  }

  /// The number of heads that a `config.json` names, if what it describes is this kind of GPT-2.
  ///
  /// - Parameter sizes: Those of the tensors, by name, which the others must not contradict.
  /// - Throws: `DataError` when it is malformed, or describes a model that is computed otherwise.
  static func nHead(
    in json: String, sizes: [String: Int] = [:]
  ) throws(DataError) -> Int? {
    guard case .object(let members) = try JSON(parsing: Array(json.utf8)) else {
      throw DataError("mm.config is not a JSON object")
    }
    var nHead: Int?
    for (key, value) in members {
      if let size = sizes[key], value.natural != size {
        throw DataError("\(key) in mm.config is not that of the tensors, \(size)")
      }
      switch (key, value) {
      case ("n_head", _):
        guard let number = value.natural, number > 0 else {
          throw DataError("n_head in mm.config is not a positive integer")
        }
        nHead = number
      case ("activation_function", .string("gelu_new")), ("tie_word_embeddings", .boolean(false)),
        ("model_type", .string("gpt2")):
        break
      case ("activation_function", _), ("tie_word_embeddings", _), ("model_type", _):
        throw DataError("\(key) in mm.config is not what mm-gpt computes")
      case ("layer_norm_epsilon", .number(let number)) where Double(number) == 1e-5: break
      case ("layer_norm_epsilon", _):
        throw DataError("layer_norm_epsilon in mm.config is not 1e-05")
      default: break
      }
    }
    return nHead
  }
}
