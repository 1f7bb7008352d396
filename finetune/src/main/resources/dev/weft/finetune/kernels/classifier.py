  # Mean pooling and a linear head with mean cross entropy.
  #   shares [examples, length]: 1 / tokens of the example, 0 for padding

  def pool(self, z: Tensor, shares: Tensor) -> Tensor:
    by_example = torch.view(z, [shares.size(0), shares.size(1), -1])
    return torch.squeeze(torch.bmm(torch.unsqueeze(shares, 1), by_example), 1)

  def pool_backward(self, dpooled: Tensor, shares: Tensor) -> Tensor:
    return torch.flatten(torch.unsqueeze(dpooled, 1) * torch.unsqueeze(shares, 2), 0, 1)

  def head_step(self, pooled: Tensor, labels: Tensor, weight: Tensor, bias: Tensor) -> List[Tensor]:
    # Returns the mean loss and its gradients by weight, bias and pooled.
    logits = torch.addmm(bias, pooled, torch.t(weight))
    loss = torch.cross_entropy_loss(logits, labels)
    targets = torch.to(torch.one_hot(labels, bias.size(0)), 6)
    dlogits = torch.div_(torch.sub_(torch.softmax(logits, -1), targets), pooled.size(0))
    return [loss, torch.mm(torch.t(dlogits), pooled), torch.sum(dlogits, [0]), torch.mm(dlogits, weight)]

  def answers(self, pooled: Tensor, labels: Tensor, weight: Tensor, bias: Tensor) -> List[Tensor]:
    # Returns each example's loss and its most likely class.
    logits = torch.addmm(bias, pooled, torch.t(weight))
    likelihood = torch.gather(torch.log_softmax(logits, -1), 1, torch.unsqueeze(labels, 1))
    return [torch.neg(torch.squeeze(likelihood, 1)), torch.argmax(logits, -1)]
