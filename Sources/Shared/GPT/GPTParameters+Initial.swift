// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension GPTParameters {
  /// Draws the parameters that a GPT-2 begins with.
  ///
  /// Radford and others 2019, section 2.3: weights are normal with a standard deviation of 0.02; those of the projections into the
  /// residual stream are divided by the square root of the number of such layers, 2 L. Biases are
  /// zero, and layer norms the identity.
  public func initialize(from generator: inout TorchGenerator) {
    let residual = 0.02 / Double(2 * config.nLayer).squareRoot()
    for tensor in tensors {
      if tensor.isLayerNormWeight {
        self[tensor.name] = [Float](repeating: 1, count: tensor.range.count)
      } else if tensor.isMatrix {
        let std = tensor.name.hasSuffix("c_proj.weight") ? residual : 0.02
        self[tensor.name] = generator.normal(tensor.range.count, mean: 0, std: std)
      } else {
        self[tensor.name] = [Float](repeating: 0, count: tensor.range.count)
      }
    }
  }

  /// Draws the parameters that karpathy/makemore begins with: PyTorch's defaults.
  ///
  /// Embeddings are standard normals, linear layers uniform. PyTorch stores a linear layer's weight
  /// (out, in); here, but for the head, it is (in, out).
  public func initializeAsMakemore(from generator: inout TorchGenerator) {
    let C = config.nEmbd
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) {
      let (weight, bias) = generator.linear(inputs: inputs, outputs: outputs)
      self[name + ".weight"] = (0..<inputs * outputs).map {
        weight[$0 % outputs * inputs + $0 / outputs]
      }
      self[name + ".bias"] = bias
    }
    for tensor in tensors where tensor.isLayerNormWeight {
      self[tensor.name] = [Float](repeating: 1, count: C)
    }
    self["transformer.wte.weight"] = generator.embedding(count: config.vocabSize, channels: C)
    self["transformer.wpe.weight"] = generator.embedding(count: config.blockSize, channels: C)
    for layer in 0..<config.nLayer {
      linear("transformer.h.\(layer).attn.c_attn", C, 3 * C)
      linear("transformer.h.\(layer).attn.c_proj", C, C)
      linear("transformer.h.\(layer).mlp.c_fc", C, 4 * C)
      linear("transformer.h.\(layer).mlp.c_proj", 4 * C, C)
    }
    self["lm_head.weight"] =
      generator.linear(inputs: C, outputs: config.vocabSize, hasBias: false).weight
  }
}

extension GPTParameters.Tensor {
  /// Whether it is the weight of a product or an embedding: what weight decay is for.
  public var isMatrix: Bool { shape.count == 2 }

  /// Whether it is the weight of a layer norm.
  var isLayerNormWeight: Bool { shape.count == 1 && name.hasSuffix(".weight") }
}
