  # A BERT-type encoder (Devlin et al., "BERT", 2019) and its backward pass, written by hand: frozen
  # weights need no gradient, so only dL/dx flows, and nothing is kept that it does not read.
  #
  # Shapes: x [tokens, hidden] with tokens = examples * length, padding included.
  #   mask    [examples, 1, 1, length]: 0 for a token, -inf for padding
  #   weights [query-key-value [3 hidden, hidden], attention output, intermediate, output], as [out, in]
  #   vectors [query-key-value bias, attention output bias, first norm gain, bias,
  #            intermediate bias, output bias, second norm gain, bias]

  def embed(self, ids: Tensor, vectors: List[Tensor], epsilon: float) -> Tensor:
    # vectors: word, position and token-type tables, norm gain and bias
    words = torch.embedding(vectors[0], ids)
    positions = torch.slice(vectors[1], 0, 0, ids.size(1))
    x = words + (positions + vectors[2][0])
    y, _0, _1 = torch.native_layer_norm(x, [x.size(2)], vectors[3], vectors[4], epsilon)
    return torch.flatten(y, 0, 1)

  def attention(self, qkv: Tensor, mask: Tensor, heads: int) -> List[Tensor]:
    # Returns the context [tokens, hidden], q, k, v [3, examples * heads, length, width], probabilities.
    examples = mask.size(0)
    length = mask.size(3)
    width = torch.floordiv(qkv.size(1), 3 * heads)
    by_head = torch.permute(torch.view(qkv, [examples, length, 3, heads, width]), [2, 0, 3, 1, 4])
    split = torch.reshape(by_head, [3, examples * heads, length, width])
    scores = torch.bmm(split[0], torch.transpose(split[1], 1, 2))
    scores = torch.mul_(scores, torch.pow(width, -0.5))
    scores = torch.add_(torch.view(scores, [examples, heads, length, length]), mask)
    probabilities = torch.view(torch.softmax(scores, -1), [examples * heads, length, length])
    mixed = torch.view(torch.bmm(probabilities, split[2]), [examples, heads, length, width])
    context = torch.reshape(torch.transpose(mixed, 1, 2), [examples * length, heads * width])
    return [context, split, probabilities]

  def attention_backward(self, dcontext: Tensor, split: Tensor, probabilities: Tensor, heads: int) -> Tensor:
    length = split.size(2)
    width = split.size(3)
    examples = torch.floordiv(split.size(1), heads)
    by_head = torch.transpose(torch.view(dcontext, [examples, length, heads, width]), 1, 2)
    dmixed = torch.reshape(by_head, [examples * heads, length, width])
    dvalue = torch.bmm(torch.transpose(probabilities, 1, 2), dmixed)
    dprobabilities = torch.bmm(dmixed, torch.transpose(split[2], 1, 2))
    dscores = torch._softmax_backward_data(dprobabilities, probabilities, -1, 6)
    dscores = torch.mul_(dscores, torch.pow(width, -0.5))
    dquery = torch.bmm(dscores, split[1])
    dkey = torch.bmm(torch.transpose(dscores, 1, 2), split[0])
    dsplit = torch.view(torch.stack([dquery, dkey, dvalue], 0), [3, examples, heads, length, width])
    return torch.reshape(torch.permute(dsplit, [1, 3, 0, 2, 4]), [examples * length, 3 * heads * width])

  def layer_forward(self, x: Tensor, mask: Tensor, weights: List[Tensor], vectors: List[Tensor], heads: int, epsilon: float) -> List[Tensor]:
    # Returns the layer's output and what its backward pass reads.
    hidden = [x.size(1)]
    qkv = torch.addmm(vectors[0], x, torch.t(weights[0]))
    attended = self.attention(qkv, mask, heads)
    a = torch.add_(torch.addmm(vectors[1], attended[0], torch.t(weights[1])), x)
    y, mean1, rstd1 = torch.native_layer_norm(a, hidden, vectors[2], vectors[3], epsilon)
    u = torch.addmm(vectors[4], y, torch.t(weights[2]))
    g = torch.gelu(u)
    s = torch.add_(torch.addmm(vectors[5], g, torch.t(weights[3])), y)
    z, mean2, rstd2 = torch.native_layer_norm(s, hidden, vectors[6], vectors[7], epsilon)
    return [z, attended[0], attended[1], attended[2], a, mean1, rstd1, y, u, g, s, mean2, rstd2]

  def layer(self, x: Tensor, mask: Tensor, weights: List[Tensor], vectors: List[Tensor], heads: int, epsilon: float) -> Tensor:
    return self.layer_forward(x, mask, weights, vectors, heads, epsilon)[0]

  def linear_inputs(self, x: Tensor, saved: List[Tensor]) -> List[Tensor]:
    # What enters query, key, value, attention output, intermediate and output.
    return [x, x, x, saved[1], saved[7], saved[9]]

  def layer_backward(self, dz: Tensor, saved: List[Tensor], weights: List[Tensor], vectors: List[Tensor], heads: int, to_input: bool) -> List[Tensor]:
    # Returns dL/d(output) of query, key, value, attention output, intermediate and output, and last
    # dL/d(input) of the layer if asked for.
    _z, _c, split, probabilities, a, mean1, rstd1, y, u, _g, s, mean2, rstd2 = saved
    hidden = [dz.size(1)]
    ds, _0, _1 = torch.native_layer_norm_backward(dz, s, hidden, mean2, rstd2, vectors[6], vectors[7], [True, False, False])
    du = torch.gelu_backward(torch.mm(ds, weights[3]), u)
    dy = torch.addmm(ds, du, weights[2])
    da, _2, _3 = torch.native_layer_norm_backward(dy, a, hidden, mean1, rstd1, vectors[2], vectors[3], [True, False, False])
    dqkv = self.attention_backward(torch.mm(da, weights[1]), split, probabilities, heads)
    gradients = torch.chunk(dqkv, 3, 1)
    gradients = torch.add(gradients, [da, du, ds])
    if to_input:
      gradients = torch.add(gradients, [torch.addmm(da, dqkv, weights[0])])
    return gradients
