  # Updates in place.

  def add_proximal(self, gradients: List[Tensor], parameters: List[Tensor], references: List[Tensor], mu: float) -> List[Tensor]:
    # FedProx: the gradient of mu/2 * |w - w_ref|^2
    for i in range(torch.len(gradients)):
      _0 = torch.add_(gradients[i], parameters[i] - references[i], alpha=mu)
    return gradients

  def add_weighted(self, sums: List[Tensor], parts: List[Tensor], weights: List[float]) -> List[Tensor]:
    # tensors [lanes, ...], a weight for each lane
    for i in range(torch.len(sums)):
      for lane in range(torch.len(weights)):
        _0 = torch.add_(sums[i][lane], parts[i][lane], alpha=weights[lane])
    return sums

  def lane_sums(self, parts: Tensor, weights: Tensor) -> Tensor:
    # parts [lanes * rows, ...] times weights [lanes, rows], added up to [lanes, ...]
    by_lane = torch.view(parts, [weights.size(0), weights.size(1), -1])
    sums = torch.squeeze(torch.bmm(torch.unsqueeze(weights, 1), by_lane), 1)
    return torch.view(sums, torch.add([weights.size(0)], torch.slice(parts.size(), 1)))

  def adamw(self, parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], step: int, rates: Tensor, decay: float) -> List[Tensor]:
    # Loshchilov and Hutter, "Decoupled weight decay regularization", 2019; step counts from 1
    # parameters [lanes, ...], rates [lanes, 1]
    mean_correction = 1.0 - torch.pow(0.9, step)
    square_correction = 1.0 - torch.pow(0.999, step)
    for i in range(torch.len(parameters)):
      _0 = torch.add_(torch.mul_(means[i], 0.9), gradients[i], alpha=0.1)
      _1 = torch.addcmul_(torch.mul_(squares[i], 0.999), gradients[i], gradients[i], value=0.001)
      root = torch.add_(torch.sqrt(torch.div(squares[i], square_correction)), 1e-8)
      lanes = torch.view(parameters[i], [rates.size(0), -1])
      move = torch.view(torch.div_(torch.div(means[i], mean_correction), root), [rates.size(0), -1])
      _2 = torch.mul_(lanes, 1.0 - rates * decay)
      _3 = torch.addcmul_(lanes, rates, move, value=-1.0)
    return parameters
