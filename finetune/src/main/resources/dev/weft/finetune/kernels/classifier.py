  # Mean pooling and a linear head with cross entropy. Examples of a lane lie together.
  #   shares [examples, length]: 1 / tokens of the example, 0 for padding
  #   weight [lanes or fewer, classes, hidden], bias likewise: each of theirs serves as many lanes that lie
  #   together

  def pool(self, z: Tensor, shares: Tensor) -> Tensor:
    by_example = torch.view(z, [shares.size(0), shares.size(1), -1])
    return torch.squeeze(torch.bmm(torch.unsqueeze(shares, 1), by_example), 1)

  def pool_backward(self, dpooled: Tensor, shares: Tensor) -> Tensor:
    return torch.flatten(torch.unsqueeze(dpooled, 1) * torch.unsqueeze(shares, 2), 0, 1)

  def head_logits(self, pooled: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    # [lanes of the weight, examples, classes]
    by_lane = torch.view(pooled, [weight.size(0), -1, pooled.size(1)])
    return torch.baddbmm(torch.unsqueeze(bias, 1), by_lane, torch.transpose(weight, 1, 2))

  def head_step(self, pooled: Tensor, labels: Tensor, shares: Tensor, lanes: int, weight: Tensor, bias: Tensor) -> List[Tensor]:
    # Returns each example's loss and, for L = sum of share * loss, the gradients by weight and bias of
    # each lane and by pooled; labels and shares [lanes * examples].
    logits = self.head_logits(pooled, weight, bias)
    likelihood = torch.log_softmax(logits, -1)
    chosen = torch.view(labels, [weight.size(0), -1, 1])
    losses = torch.neg(torch.flatten(torch.gather(likelihood, 2, chosen)))
    by_example = torch.view(shares, [weight.size(0), -1, 1])
    dlogits = torch.mul_(torch.exp_(likelihood), by_example)
    dlogits = torch.scatter_add_(dlogits, 2, chosen, torch.neg(by_example))
    dpooled = torch.bmm(dlogits, weight)
    by_lane = torch.view(pooled, [lanes, -1, pooled.size(1)])
    dlogits = torch.view(dlogits, [lanes, -1, dlogits.size(2)])
    return [losses, torch.bmm(torch.transpose(dlogits, 1, 2), by_lane), torch.sum(dlogits, [1]), torch.flatten(dpooled, 0, 1)]

  def answers(self, pooled: Tensor, labels: Tensor, weight: Tensor, bias: Tensor) -> List[Tensor]:
    # Returns each example's loss and its most likely class.
    logits = torch.squeeze(self.head_logits(pooled, weight, bias), 0)
    likelihood = torch.gather(torch.log_softmax(logits, -1), 1, torch.unsqueeze(labels, 1))
    return [torch.neg(torch.squeeze(likelihood, 1)), torch.argmax(logits, -1)]
