  # Next-token cross entropy over a large vocabulary whose output table is decoded piece by piece.

  def pick(self, x: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(x, 0, rows)

  def put(self, values: Tensor, rows: Tensor, total: int) -> Tensor:
    # Inverse of pick: zero where nothing was picked.
    return torch.index_copy_(torch.new_zeros(values, [total, values.size(1)]), 0, rows, values)

  def logits(self, states: Tensor, vocabulary: int) -> Tensor:
    # Room for the scores of each row.
    return torch.new_empty(states, [states.size(0), vocabulary])

  def score_piece(self, logits: Tensor, h: Tensor, piece: Tensor, first: int) -> Tensor:
    # Columns of the logits that belong to the tokens from first on; piece [tokens, hidden]
    to = torch.narrow(logits, 1, first, piece.size(0))
    return torch.copy_(to, torch.mm(torch.to(h, ops.prim.dtype(piece)), torch.t(piece)))

  def token_losses(self, logits: Tensor, targets: Tensor) -> List[Tensor]:
    # Returns each row's loss, whether its likeliest token is the target, and log probabilities.
    likelihood = torch.log_softmax(logits, -1)
    chosen = torch.unsqueeze(targets, 1)
    losses = torch.neg(torch.squeeze(torch.gather(likelihood, 1, chosen), 1))
    right = torch.to(torch.eq(torch.argmax(logits, -1), targets), 6)
    return [losses, right, likelihood]

  def losses_and_gradient(self, logits: Tensor, targets: Tensor, weights: Tensor) -> List[Tensor]:
    # Returns each row's loss and dL/d(logits) for L = sum of weight * loss.
    likelihood = torch.log_softmax(logits, -1)
    chosen = torch.unsqueeze(targets, 1)
    losses = torch.neg(torch.squeeze(torch.gather(likelihood, 1, chosen), 1))
    weight = torch.unsqueeze(weights, 1)
    gradient = torch.mul_(torch.exp_(likelihood), weight)
    return [losses, torch.scatter_add_(gradient, 1, chosen, torch.neg(weight))]

  def score_piece_backward(self, dh: Tensor, dlogits: Tensor, piece: Tensor, first: int) -> Tensor:
    part = torch.narrow(dlogits, 1, first, piece.size(0))
    if torch.eq(ops.prim.dtype(piece), 6):
      return torch.addmm_(dh, part, piece)
    return torch.add_(dh, torch.mm(torch.to(part, ops.prim.dtype(piece)), piece))

  def zeros_like(self, x: Tensor) -> Tensor:
    return torch.new_zeros(x, x.size())

  def rows(self, x: Tensor, first: int, end: int) -> Tensor:
    return torch.clone(torch.slice(x, 0, first, end))
