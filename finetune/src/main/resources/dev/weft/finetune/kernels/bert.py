  # A BERT-type encoder block (Devlin et al., "BERT", 2019) and its backward pass, written by hand: frozen
  # weights need no gradient, so only dL/dx flows, and nothing is kept that it does not read.
  #
  # Shapes: x [tokens, hidden] with tokens = examples * length, padding included.
  #   context [mask [examples, 1, 1, length]: 0 for a token, -inf for padding]
  #   weights [query, key, value, attention output, intermediate, output], as [out, in]
  #   vectors [query, key, value and attention output bias, first norm gain, bias,
  #            intermediate bias, output bias, second norm gain, bias]
  #   sizes   [heads], numbers [norm epsilon]

  def bert_embed(self, words: Tensor, positions: Tensor, types: Tensor, gain: Tensor, bias: Tensor, offset: int, length: int, epsilon: float) -> Tensor:
    # words [examples * length, hidden]; tables of positions, of which offset is the first, and of
    # token types, of which the first is meant
    own = torch.narrow(positions, 0, offset, length) + types[0]
    x = torch.view(words, [-1, length, words.size(1)]) + own
    y, _0, _1 = torch.native_layer_norm(x, [x.size(2)], gain, bias, epsilon)
    return torch.flatten(y, 0, 1)

  def by_head(self, x: Tensor, examples: int, heads: int) -> Tensor:
    # [tokens, hidden] to [examples * heads, length, width]
    length = torch.floordiv(x.size(0), examples)
    split = torch.transpose(torch.view(x, [examples, length, heads, -1]), 1, 2)
    return torch.reshape(split, [examples * heads, length, -1])

  def by_token(self, x: Tensor, examples: int, heads: int) -> Tensor:
    # Inverse of by_head.
    split = torch.transpose(torch.view(x, [examples, heads, x.size(1), x.size(2)]), 1, 2)
    return torch.reshape(split, [examples * x.size(1), heads * x.size(2)])

  def bert_forward(self, x: Tensor, context: List[Tensor], weights: List[Tensor], vectors: List[Tensor], right: List[Tensor], left: List[Tensor], sizes: List[int], numbers: List[float]) -> List[Tensor]:
    # Returns the block's output and then what its backward pass reads.
    mask = context[0]
    examples = mask.size(0)
    heads = sizes[0]
    hidden = [x.size(1)]
    type = ops.prim.dtype(weights[0])
    q = torch.to(self.by_head(self.affine(x, weights[0], vectors[0], right[0], left[0]), examples, heads), type)
    k = torch.to(self.by_head(self.affine(x, weights[1], vectors[1], right[1], left[1]), examples, heads), type)
    v = torch.to(self.by_head(self.affine(x, weights[2], vectors[2], right[2], left[2]), examples, heads), type)
    scores = torch.to(torch.bmm(q, torch.transpose(k, 1, 2)), 6)
    scores = torch.mul_(scores, torch.pow(q.size(2), -0.5))
    scores = torch.add_(torch.view(scores, [examples, heads, q.size(1), q.size(1)]), mask)
    probabilities = torch.view(torch.softmax(scores, -1), [examples * heads, q.size(1), q.size(1)])
    mixed = self.by_token(torch.to(torch.bmm(torch.to(probabilities, type), v), 6), examples, heads)
    a = torch.add_(self.affine(mixed, weights[3], vectors[3], right[3], left[3]), x)
    y, mean1, rate1 = torch.native_layer_norm(a, hidden, vectors[4], vectors[5], numbers[0])
    u = self.affine(y, weights[4], vectors[6], right[4], left[4])
    g = torch.gelu(u)
    s = torch.add_(self.affine(g, weights[5], vectors[7], right[5], left[5]), y)
    z, mean2, rate2 = torch.native_layer_norm(s, hidden, vectors[8], vectors[9], numbers[0])
    return [z, mixed, q, k, v, probabilities, a, mean1, rate1, y, u, g, s, mean2, rate2]

  def bert_saved(self, x: Tensor, context: List[Tensor], weights: List[Tensor], vectors: List[Tensor], right: List[Tensor], left: List[Tensor], sizes: List[int], numbers: List[float]) -> List[Tensor]:
    # What the backward pass reads of the forward one.
    return torch.slice(self.bert_forward(x, context, weights, vectors, right, left, sizes, numbers), 1)

  def bert_backward(self, dz: Tensor, x: Tensor, saved: List[Tensor], context: List[Tensor], weights: List[Tensor], vectors: List[Tensor], right: List[Tensor], left: List[Tensor], sizes: List[int], numbers: List[float], to_input: bool) -> List[Tensor]:
    # Returns what entered each linear layer and dL/d(what left it), layer by layer, and last dL/dx if asked for.
    mixed, q, k, v, probabilities, a, mean1, rate1, y, u, g, s, mean2, rate2 = saved
    examples = context[0].size(0)
    heads = sizes[0]
    hidden = [dz.size(1)]
    type = ops.prim.dtype(weights[0])
    ds, _0, _1 = torch.native_layer_norm_backward(dz, s, hidden, mean2, rate2, vectors[8], vectors[9], [True, False, False])
    du = torch.gelu_backward(self.linear_backward(ds, weights[5], right[5], left[5]), u)
    dy = torch.add_(self.linear_backward(du, weights[4], right[4], left[4]), ds)
    da, _2, _3 = torch.native_layer_norm_backward(dy, a, hidden, mean1, rate1, vectors[4], vectors[5], [True, False, False])
    dmixed = torch.to(self.by_head(self.linear_backward(da, weights[3], right[3], left[3]), examples, heads), type)
    dv = torch.to(torch.bmm(torch.transpose(torch.to(probabilities, type), 1, 2), dmixed), 6)
    dprobabilities = torch.to(torch.bmm(dmixed, torch.transpose(v, 1, 2)), 6)
    dscores = torch._softmax_backward_data(dprobabilities, probabilities, -1, 6)
    dscores = torch.to(torch.mul_(dscores, torch.pow(q.size(2), -0.5)), type)
    dq = self.by_token(torch.to(torch.bmm(dscores, k), 6), examples, heads)
    dk = self.by_token(torch.to(torch.bmm(torch.transpose(dscores, 1, 2), q), 6), examples, heads)
    dv = self.by_token(dv, examples, heads)
    result = [x, dq, x, dk, x, dv, mixed, da, y, du, g, ds]
    if to_input:
      dx = torch.add_(self.linear_backward(dq, weights[0], right[0], left[0]), da)
      dx = torch.add_(dx, self.linear_backward(dk, weights[1], right[1], left[1]))
      dx = torch.add_(dx, self.linear_backward(dv, weights[2], right[2], left[2]))
      result = torch.add(result, [dx])
    return result
