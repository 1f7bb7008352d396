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
    return torch.copy_(to, self.product(h, piece))

  def token_losses(self, logits: Tensor, targets: Tensor) -> List[Tensor]:
    # Returns each row's loss and whether its likeliest token is the target.
    own = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(targets, 1)), 1)
    right = torch.to(torch.eq(torch.argmax(logits, -1), targets), 6)
    return [torch.logsumexp(logits, [-1]) - own, right]

  def losses_and_gradient(self, logits: Tensor, targets: Tensor) -> List[Tensor]:
    # Returns each row's loss and, in the place of the logits, dL/d(logits) of that row's loss.
    chosen = torch.unsqueeze(targets, 1)
    own = torch.gather(logits, 1, chosen)
    top = torch.amax(logits, [-1], True)
    probabilities = torch._softmax(logits, -1, False, out=logits)
    # The largest probability is one over the sum that the softmax divided by.
    losses = torch.sub_(torch.sub_(top, torch.log(torch.amax(probabilities, [-1], True))), own)
    gradient = torch.scatter_add_(probabilities, 1, chosen, torch.new_full(own, own.size(), -1.))
    return [torch.squeeze(losses, 1), gradient]

  def score_piece_backward(self, dh: Tensor, dlogits: Tensor, piece: Tensor, first: int) -> Tensor:
    part = torch.narrow(dlogits, 1, first, piece.size(0))
    return torch.add_(dh, self.product(part, torch.t(piece)))

  def times_rows(self, x: Tensor, factors: Tensor) -> Tensor:
    return torch.mul_(x, torch.unsqueeze(factors, 1))

  def zeros_like(self, x: Tensor) -> Tensor:
    return torch.new_zeros(x, x.size())

  def rows(self, x: Tensor, first: int, end: int) -> Tensor:
    return torch.clone(torch.slice(x, 0, first, end))
