  # Low-rank chains scale * B * core * A around a frozen W [out, in]; x [tokens, in], dy [tokens, out].
  # The chain is folded into W for the matmuls; its gradients need only x and dy, never the dense dy'x.

  def product(self, left: Tensor, right: Tensor) -> Tensor:
    return torch.mm(left, right)

  def plus(self, w: Tensor, addition: Tensor) -> Tensor:
    return w + addition

  def plus_product(self, w: Tensor, left: Tensor, right: Tensor, scale: float) -> Tensor:
    return torch.addmm(w, left, right, beta=1, alpha=scale)

  def fuse(self, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts, 0)

  def gradient_left(self, x: Tensor, dy: Tensor, right: Tensor, scale: float) -> Tensor:
    # of L in scale * L * right
    return torch.mul_(torch.mm(torch.t(dy), torch.mm(x, torch.t(right))), scale)

  def gradient_middle(self, x: Tensor, dy: Tensor, left: Tensor, right: Tensor, scale: float) -> Tensor:
    # of M in scale * left * M * right
    return torch.mul_(torch.mm(torch.t(torch.mm(dy, left)), torch.mm(x, torch.t(right))), scale)

  def gradient_right(self, x: Tensor, dy: Tensor, left: Tensor, scale: float) -> Tensor:
    # of R in scale * left * R
    return torch.mul_(torch.mm(torch.t(torch.mm(dy, left)), x), scale)

  def add_dense_gradient(self, total: Tensor, x: Tensor, dy: Tensor) -> Tensor:
    # dL/dW of a whole matrix, for initialisations that ask for it
    return torch.addmm_(total, torch.t(dy), x)
