  # A Llama-type decoder block (Touvron et al., "LLaMA", 2023) and its backward pass, written by hand:
  # frozen weights need no gradient, so only dL/dx flows.
  #
  # Shapes: x [tokens, hidden] with tokens = examples * length, padding at the end of an example.
  #   context [cosine, sine [length, width / 2], mask [length, length]: 0 for the tokens a token sees, -inf for others]
  #   weights [query, key, value, attention output, gate, up, down], as [out, in]
  #   vectors [norm gain before and after attention, before and after the feed-forward, query, key and value bias,
  #            query and key norm gain], without values where the block has none
  #   sizes   [heads, key-value heads, head width, 1 if the gate is a GELU]
  #   numbers [norm epsilon, what scores are multiplied by]

  def rms_norm(self, x: Tensor, gain: Tensor, epsilon: float) -> Tensor:
    rate = torch.rsqrt(torch.mean(x * x, [-1], True) + epsilon)
    return torch.mul_(x * rate, gain)

  def rms_norm_backward(self, dy: Tensor, x: Tensor, gain: Tensor, epsilon: float) -> Tensor:
    rate = torch.rsqrt(torch.mean(x * x, [-1], True) + epsilon)
    scaled = dy * gain
    along = torch.mean(scaled * x, [-1], True) * rate * rate
    return torch.mul_(torch.sub_(scaled, x * along), rate)

  def norm_if(self, x: Tensor, gain: Tensor, epsilon: float) -> Tensor:
    if torch.gt(torch.numel(gain), 0):
      return self.rms_norm(x, gain, epsilon)
    return x

  def norm_if_backward(self, dy: Tensor, x: Tensor, gain: Tensor, epsilon: float) -> Tensor:
    if torch.gt(torch.numel(gain), 0):
      return self.rms_norm_backward(dy, x, gain, epsilon)
    return dy

  def gate_activation(self, gate: Tensor, gelu: int) -> Tensor:
    if torch.eq(gelu, 1):
      return torch.gelu(gate, approximate="tanh")
    return torch.silu(gate)

  def gate_activation_backward(self, dy: Tensor, gate: Tensor, gelu: int) -> Tensor:
    if torch.eq(gelu, 1):
      return torch.gelu_backward(dy, gate, approximate="tanh")
    return torch.silu_backward(dy, gate)

  def rotate(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    # x [..., length, width]; rotary embedding of the pairs (i, i + width / 2)
    first, second = torch.chunk(x, 2, -1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)

  def with_bias(self, y: Tensor, bias: Tensor) -> Tensor:
    if torch.gt(torch.numel(bias), 0):
      return torch.add_(y, bias)
    return y

  def head_norm(self, x: Tensor, gain: Tensor, epsilon: float) -> Tensor:
    # The norm of every query or key head, or of all heads where the gain is that wide; x [tokens, heads * width]
    if torch.gt(torch.numel(gain), 0):
      by_head = torch.view(x, [x.size(0), -1, gain.size(0)])
      return torch.view(self.rms_norm(by_head, gain, epsilon), [x.size(0), -1])
    return x

  def head_norm_backward(self, dy: Tensor, x: Tensor, gain: Tensor, epsilon: float) -> Tensor:
    if torch.gt(torch.numel(gain), 0):
      by_head = [x.size(0), -1, gain.size(0)]
      dx = self.rms_norm_backward(torch.view(dy, by_head), torch.view(x, by_head), gain, epsilon)
      return torch.view(dx, [x.size(0), -1])
    return dy

  def split_query(self, q: Tensor, length: int, sizes: List[int]) -> Tensor:
    # [tokens, heads * width] to [examples, key-value heads, group, length, width]
    group = torch.floordiv(sizes[0], sizes[1])
    return torch.permute(torch.view(q, [-1, length, sizes[1], group, sizes[2]]), [0, 2, 3, 1, 4])

  def split_key(self, k: Tensor, length: int, sizes: List[int]) -> Tensor:
    # [tokens, key-value heads * width] to [examples, key-value heads, length, width]
    return torch.permute(torch.view(k, [-1, length, sizes[1], sizes[2]]), [0, 2, 1, 3])

  def join_heads(self, split: Tensor) -> Tensor:
    # back to [tokens, ·]; split has length second to last
    if torch.eq(torch.dim(split), 5):
      return torch.reshape(torch.permute(split, [0, 3, 1, 2, 4]), [split.size(0) * split.size(3), -1])
    return torch.reshape(torch.permute(split, [0, 2, 1, 3]), [split.size(0) * split.size(2), -1])

  def causal_probabilities(self, q: Tensor, k: Tensor, mask: Tensor, scale: float) -> Tensor:
    # q [batch, group * length, width], k [batch, keys, width]; mask [length, keys]
    scores = torch.bmm(q, torch.transpose(k, 1, 2))
    by_row = torch.view(torch.to(scores, 6), [-1, mask.size(0), mask.size(1)])
    by_row = torch.add_(torch.mul_(by_row, scale), mask)
    return torch.view(torch.softmax(by_row, -1), scores.size())

  def llama_attention(self, q: Tensor, k: Tensor, v: Tensor, context: List[Tensor], sizes: List[int], scale: float, type: int) -> List[Tensor]:
    # Returns the mixed values [tokens, heads * width], rotated q, k and v by head, and probabilities.
    length = context[0].size(0)
    group = torch.floordiv(sizes[0], sizes[1])
    rotated = self.rotate(self.split_query(q, length, sizes), context[0], context[1])
    queries = torch.to(torch.view(rotated, [-1, group * length, sizes[2]]), type)
    rotated_keys = self.rotate(self.split_key(k, length, sizes), context[0], context[1])
    keys = torch.to(torch.view(rotated_keys, [-1, length, sizes[2]]), type)
    values = torch.to(torch.reshape(self.split_key(v, length, sizes), [-1, length, sizes[2]]), type)
    probabilities = self.causal_probabilities(queries, keys, context[2], scale)
    mixed = torch.bmm(torch.to(probabilities, type), values)
    by_head = torch.view(torch.to(mixed, 6), [-1, sizes[1], group, length, sizes[2]])
    return [self.join_heads(by_head), queries, keys, values, probabilities]

  def llama_attention_backward(self, dmixed: Tensor, saved: List[Tensor], context: List[Tensor], sizes: List[int], scale: float) -> List[Tensor]:
    # Returns dL/dq, dL/dk and dL/dv before rotation [tokens, ·]; saved [queries, keys, values, probabilities]
    queries, keys, values, probabilities = saved
    type = ops.prim.dtype(queries)
    length = context[0].size(0)
    group = torch.floordiv(sizes[0], sizes[1])
    rows = [-1, group * length, sizes[2]]
    dout = torch.to(torch.reshape(self.split_query(dmixed, length, sizes), rows), type)
    dvalues = torch.bmm(torch.transpose(torch.to(probabilities, type), 1, 2), dout)
    dprobabilities = torch.to(torch.bmm(dout, torch.transpose(values, 1, 2)), 6)
    dscores = torch._softmax_backward_data(dprobabilities, probabilities, -1, 6)
    dscores = torch.to(torch.mul_(dscores, scale), type)
    dqueries = torch.to(torch.bmm(dscores, keys), 6)
    dkeys = torch.to(torch.bmm(torch.transpose(dscores, 1, 2), queries), 6)
    back = torch.neg(context[1])
    dq = self.rotate(torch.view(dqueries, [-1, sizes[1], group, length, sizes[2]]), context[0], back)
    dk = self.rotate(torch.view(dkeys, [-1, sizes[1], length, sizes[2]]), context[0], back)
    dv = torch.view(torch.to(dvalues, 6), [-1, sizes[1], length, sizes[2]])
    return [self.join_heads(dq), self.join_heads(dk), self.join_heads(dv)]

  def gated(self, gate: Tensor, up: Tensor, sizes: List[int]) -> Tensor:
    return torch.mul_(self.gate_activation(gate, sizes[3]), up)

  def llama_saved(self, x: Tensor, context: List[Tensor], weights: List[Tensor], vectors: List[Tensor], right: List[Tensor], left: List[Tensor], sizes: List[int], numbers: List[float]) -> List[Tensor]:
    # What the backward pass reads of the forward one: what llama_attention returns, the residual stream after
    # attention, gate and up, query and key before their norm, and what leaves attention and feed-forward before
    # theirs; the last four without values where there is no such norm.
    epsilon, scale = numbers
    h = self.norm_if(x, vectors[0], epsilon)
    q0 = self.with_bias(self.linear(h, weights[0], right[0], left[0]), vectors[4])
    k0 = self.with_bias(self.linear(h, weights[1], right[1], left[1]), vectors[5])
    v = self.with_bias(self.linear(h, weights[2], right[2], left[2]), vectors[6])
    q = self.head_norm(q0, vectors[7], epsilon)
    k = self.head_norm(k0, vectors[8], epsilon)
    attended = self.llama_attention(q, k, v, context, sizes, scale, ops.prim.dtype(weights[0]))
    o = self.linear(attended[0], weights[3], right[3], left[3])
    a = torch.add_(self.norm_if(o, vectors[1], epsilon), x)
    n = self.norm_if(a, vectors[2], epsilon)
    gate = self.linear(n, weights[4], right[4], left[4])
    up = self.linear(n, weights[5], right[5], left[5])
    before_norms = [vectors[7], vectors[8], vectors[1], vectors[3]]
    if torch.gt(torch.numel(vectors[7]), 0):
      before_norms = [q0, k0, vectors[1], vectors[3]]
    if torch.gt(torch.numel(vectors[1]), 0):
      before_norms = [before_norms[0], before_norms[1], o, vectors[3]]
    if torch.gt(torch.numel(vectors[3]), 0):
      down = self.linear(self.gated(gate, up, sizes), weights[6], right[6], left[6])
      before_norms = [before_norms[0], before_norms[1], before_norms[2], down]
    return torch.add(torch.add(attended, [a, gate, up]), before_norms)

  def llama_forward(self, x: Tensor, context: List[Tensor], weights: List[Tensor], vectors: List[Tensor], right: List[Tensor], left: List[Tensor], sizes: List[int], numbers: List[float]) -> List[Tensor]:
    # Returns the block's output and then what its backward pass reads.
    saved = self.llama_saved(x, context, weights, vectors, right, left, sizes, numbers)
    a, gate, up = saved[5], saved[6], saved[7]
    if torch.gt(torch.numel(vectors[3]), 0):
      y = self.rms_norm(saved[11], vectors[3], numbers[0])
    else:
      y = self.linear(self.gated(gate, up, sizes), weights[6], right[6], left[6])
    return torch.add([torch.add_(y, a)], saved)

  def llama_backward(self, dy: Tensor, x: Tensor, saved: List[Tensor], context: List[Tensor], weights: List[Tensor], vectors: List[Tensor], right: List[Tensor], left: List[Tensor], sizes: List[int], numbers: List[float], to_input: bool) -> List[Tensor]:
    # Returns what entered each linear layer and dL/d(what left it), layer by layer, and last dL/dx if asked for.
    epsilon, scale = numbers
    mixed, a, gate, up = saved[0], saved[5], saved[6], saved[7]
    activated = self.gate_activation(gate, sizes[3])
    ddown = self.norm_if_backward(dy, saved[11], vectors[3], epsilon)
    dgated = self.linear_backward(ddown, weights[6], right[6], left[6])
    dup = dgated * activated
    dgate = self.gate_activation_backward(torch.mul_(dgated, up), gate, sizes[3])
    dn = torch.add_(self.linear_backward(dgate, weights[4], right[4], left[4]), self.linear_backward(dup, weights[5], right[5], left[5]))
    da = torch.add_(self.norm_if_backward(dn, a, vectors[2], epsilon), dy)
    do = self.norm_if_backward(da, saved[10], vectors[1], epsilon)
    dmixed = self.linear_backward(do, weights[3], right[3], left[3])
    dq, dk, dv = self.llama_attention_backward(dmixed, [saved[1], saved[2], saved[3], saved[4]], context, sizes, scale)
    dq = self.head_norm_backward(dq, saved[8], vectors[7], epsilon)
    dk = self.head_norm_backward(dk, saved[9], vectors[8], epsilon)
    h = self.norm_if(x, vectors[0], epsilon)
    n = self.norm_if(a, vectors[2], epsilon)
    result = [h, dq, h, dk, h, dv, mixed, do, n, dgate, n, dup, torch.mul_(activated, up), ddown]
    if to_input:
      dh = torch.add_(self.linear_backward(dq, weights[0], right[0], left[0]), self.linear_backward(dk, weights[1], right[1], left[1]))
      dh = torch.add_(dh, self.linear_backward(dv, weights[2], right[2], left[2]))
      result = torch.add(result, [torch.add_(self.norm_if_backward(dh, x, vectors[0], epsilon), da)])
    return result

  def llama_step(self, x: Tensor, context: List[Tensor], weights: List[Tensor], vectors: List[Tensor], right: List[Tensor], left: List[Tensor], sizes: List[int], numbers: List[float], past: List[Tensor]) -> List[Tensor]:
    # New tokens of one sequence after those whose keys and values [key-value heads, tokens, width] are past.
    # Returns the block's output and all keys and values so far; mask [new tokens, all tokens].
    epsilon, scale = numbers
    new = x.size(0)
    group = torch.floordiv(sizes[0], sizes[1])
    h = self.norm_if(x, vectors[0], epsilon)
    q = self.head_norm(self.with_bias(self.linear(h, weights[0], right[0], left[0]), vectors[4]), vectors[7], epsilon)
    k = self.head_norm(self.with_bias(self.linear(h, weights[1], right[1], left[1]), vectors[5]), vectors[8], epsilon)
    v = self.with_bias(self.linear(h, weights[2], right[2], left[2]), vectors[6])
    queries = torch.view(self.rotate(self.split_query(q, new, sizes), context[0], context[1]), [-1, group * new, sizes[2]])
    keys = torch.view(self.rotate(self.split_key(k, new, sizes), context[0], context[1]), [-1, new, sizes[2]])
    keys = torch.cat([past[0], keys], 1)
    values = torch.cat([past[1], torch.reshape(self.split_key(v, new, sizes), [-1, new, sizes[2]])], 1)
    mixed = torch.bmm(self.causal_probabilities(queries, keys, context[2], scale), values)
    attended = self.join_heads(torch.view(mixed, [1, sizes[1], group, new, sizes[2]]))
    o = self.linear(attended, weights[3], right[3], left[3])
    a = torch.add_(self.norm_if(o, vectors[1], epsilon), x)
    n = self.norm_if(a, vectors[2], epsilon)
    gate = self.linear(n, weights[4], right[4], left[4])
    up = self.linear(n, weights[5], right[5], left[5])
    y = self.linear(self.gated(gate, up, sizes), weights[6], right[6], left[6])
    return [torch.add_(self.norm_if(y, vectors[3], epsilon), a), keys, values]

  def scale_embeddings(self, x: Tensor, factor: float) -> Tensor:
    return torch.mul_(torch.clone(x), factor)
