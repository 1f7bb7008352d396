  # A frozen linear layer y = x w' with w [out, in] in float32 or bfloat16; x and y are float32.
  # Beside it acts an adapter, y += (x right') left', or none, where right holds no values.
  #   x [lanes * rows, in], right [lanes, r, in], left [lanes, out, r]: each lane has its own factors.

  def linear(self, x: Tensor, w: Tensor, right: Tensor, left: Tensor) -> Tensor:
    y = self.product(x, w)
    return self.add_beside(y, x, right, left)

  def affine(self, x: Tensor, w: Tensor, bias: Tensor, right: Tensor, left: Tensor) -> Tensor:
    return self.add_beside(torch.add_(self.product(x, w), bias), x, right, left)

  def add_beside(self, y: Tensor, x: Tensor, right: Tensor, left: Tensor) -> Tensor:
    if torch.gt(torch.numel(right), 0):
      inner = torch.bmm(torch.view(x, [right.size(0), -1, x.size(1)]), torch.transpose(right, 1, 2))
      by_lane = torch.view(y, [left.size(0), -1, y.size(1)])
      _0 = torch.baddbmm_(by_lane, inner, torch.transpose(left, 1, 2))
    return y

  def linear_backward(self, dy: Tensor, w: Tensor, right: Tensor, left: Tensor) -> Tensor:
    # dL/dx
    dx = self.product(dy, torch.t(w))
    if torch.gt(torch.numel(right), 0):
      dinner = torch.bmm(torch.view(dy, [left.size(0), -1, dy.size(1)]), left)
      by_lane = torch.view(dx, [right.size(0), -1, dx.size(1)])
      _0 = torch.baddbmm_(by_lane, dinner, right)
    return dx

  def as_bfloat16(self, w: Tensor) -> Tensor:
    return torch.to(w, 15)

  def rounded_to_bfloat16(self, w: Tensor) -> Tensor:
    return torch.to(torch.to(w, 15), 6)

